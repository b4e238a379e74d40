package org.dl4jext.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.delta.DeltaRuleSpec;
import org.dl4jext.samediff.delta.DeltaUnits;
import org.dl4jext.samediff.delta.QueryKeyNorm;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The delta product alone, forward and backward, on ND4J arrays. Files are [B,H,T,..] and the unit
 * takes [B,T,H,..]; that change of layout is not timed.
 */
final class DeltaBench extends UnitCandidate {

  private static final String[] INPUTS = {"q", "k", "v", "beta"};

  /**
   * @param sizes B, T, H, K, n
   */
  DeltaBench(Path directory, int[] sizes, String execution) throws IOException {
    super(
        DeltaUnits.rule(
            new DeltaRuleSpec(sizes[4], 1, QueryKeyNorm.NONE, 0, 0),
            Execution.valueOf(execution),
            DataType.FLOAT),
        6,
        2);
    int batch = sizes[0];
    int steps = sizes[1];
    int heads = sizes[2];
    int size = sizes[3];
    int n = sizes[4];
    for (int i = 0; i < INPUTS.length; i++) {
      int rows = i == 0 ? steps : steps * n;
      inputs[i] =
          i == 3
              ? RawFiles.read(directory, INPUTS[i], batch, heads, rows).permute(0, 2, 1).dup('c')
              : swap(RawFiles.read(directory, INPUTS[i], batch, heads, rows, size));
      gradients[i] = Nd4j.create(DataType.FLOAT, inputs[i].shape());
    }
    outputs[0] = Nd4j.create(DataType.FLOAT, batch, steps, heads, size);
    outputGradients[0] = swap(RawFiles.read(directory, "do", batch, heads, steps, size));
  }

  private static INDArray swap(INDArray x) {
    return x.permute(0, 2, 1, 3).dup('c');
  }

  @Override
  public void check(Path directory) throws IOException {
    run();
    RawFiles.write(directory, "o", swap(outputs[0]));
    for (int i = 0; i < INPUTS.length; i++) {
      INDArray g = gradients[i];
      RawFiles.write(directory, "d" + INPUTS[i], i == 3 ? g.permute(0, 2, 1) : swap(g));
    }
  }
}
