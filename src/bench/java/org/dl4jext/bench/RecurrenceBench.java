package org.dl4jext.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachedRecurrence;
import org.dl4jext.samediff.memory.CachedRecurrenceSpec;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.plstm.PlstmGrid;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A recurrence alone on random inputs, which it writes for its peers. */
final class RecurrenceBench extends UnitCandidate {

  /** Inputs of a cached recurrence, its states included. */
  private static final int CACHED_INPUTS = 18;

  private static final int CACHED_OUTPUTS = 9;

  private final List<String> names;

  /**
   * @param names of the inputs; null where an input is absent
   */
  private RecurrenceBench(DifferentiableUnit unit, List<String> names, int outputs) {
    super(unit, names.size(), outputs);
    this.names = names;
  }

  /** pLSTM on a grid in P-mode: sizes B, X, Y, heads, features of a head. */
  static RecurrenceBench grid(Path directory, int[] sizes) throws IOException {
    int size = sizes[4];
    DifferentiableUnit unit = PlstmGrid.unit(1 / Math.sqrt(size), Execution.HOST, DataType.FLOAT);
    List<String> names =
        List.of("q", "k", "v", "s_r", "s_d", "t_rl", "t_du", "t_dl", "t_ru", "m_l", "m_u", "d");
    RecurrenceBench bench = new RecurrenceBench(unit, names, 1);
    long lanes = (long) sizes[0] * sizes[3];
    for (int i = 0; i < names.size(); i++) {
      boolean feature = i < 3;
      int axes = i < 3 ? 2 : i == names.size() - 1 ? 4 : i >= 5 && i <= 8 ? 2 : 3;
      long[] shape = new long[3 + axes];
      Arrays.fill(shape, 1);
      shape[0] = lanes;
      shape[1] = sizes[1];
      shape[2] = sizes[2];
      shape[3] = feature ? size : 1;
      // Both parts of a state that go on add up to less than one.
      bench.set(directory, i, feature ? randn(shape) : Nd4j.rand(DataType.FLOAT, shape).muli(0.5));
    }
    bench.start(directory, lanes, sizes[1], sizes[2], size, 1);
    return bench;
  }

  /** Gated reads of linear memories, independent segments: sizes B, T, H, K = V, segment. */
  static RecurrenceBench caching(Path directory, int[] sizes) throws IOException {
    CachedRecurrenceSpec spec =
        new CachedRecurrenceSpec(
            BaseMemory.LINEAR,
            CachingSpec.ofSegments(sizes[4]),
            1 / Math.sqrt(sizes[3]),
            1,
            List.of());
    List<String> names = new ArrayList<>(Collections.nCopies(CACHED_INPUTS, null));
    DifferentiableUnit unit = CachedRecurrence.unit(spec, Execution.HOST, DataType.FLOAT);
    for (int i = 0; i < 4; i++) {
      names.set(i, List.of("q", "k", "v", "u").get(i));
    }
    RecurrenceBench bench = new RecurrenceBench(unit, names, CACHED_OUTPUTS);
    long[] shape = {sizes[0], sizes[1], sizes[2], sizes[3]};
    for (int i = 0; i < 4; i++) {
      bench.set(directory, i, randn(shape));
    }
    bench.start(directory, shape);
    return bench;
  }

  private static INDArray randn(long... shape) {
    return Nd4j.randn(DataType.FLOAT, shape);
  }

  private void set(Path directory, int index, INDArray input) throws IOException {
    inputs[index] = input;
    gradients[index] = Nd4j.create(DataType.FLOAT, input.shape());
    RawFiles.write(directory, names.get(index), input);
  }

  private void start(Path directory, long... shape) throws IOException {
    outputs[0] = Nd4j.create(DataType.FLOAT, shape);
    outputGradients[0] = randn(shape);
    RawFiles.write(directory, "dy", outputGradients[0]);
  }

  @Override
  public void check(Path directory) throws IOException {
    run();
    RawFiles.write(directory, "output", outputs[0]);
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i] != null) {
        RawFiles.write(directory, names.get(i) + ".gradient", gradients[i]);
      }
    }
  }
}
