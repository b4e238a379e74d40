package org.dl4jext.samediff.plstm;

import org.dl4jext.samediff.UnitRuns;
import org.dl4jext.samediff.kernel.DoubleBlocks;
import org.dl4jext.samediff.kernel.DoubleProduct;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The transitions of a layer on grids with random parameters and inputs. */
final class PlstmGatesProbe {

  private PlstmGatesProbe() {}

  /** To the right and down, for all cells, heads and orientations. */
  static INDArray[] run(PlstmGridLayout layout, int cells) {
    DoubleBlocks blocks = DoubleBlocks.best();
    DoublePlstmProjection projection =
        new DoublePlstmProjection(
            layout.maps(), layout.inputSize(), blocks, DoubleProduct.of(blocks, 1));
    double[][] parameters =
        layout.parameters().stream().map(p -> random(p.toArray())).toArray(double[][]::new);
    projection.set(parameters, 0);
    projection.forward(cells, random(cells, layout.inputSize()));
    DoublePlstmGridGates gates = new DoublePlstmGridGates(layout, projection);
    gates.forward(cells, null);
    long groups = (long) layout.spec().heads() * PlstmGridSpec.ORIENTATIONS;
    INDArray right = Nd4j.create(DataType.DOUBLE, cells * groups);
    INDArray down = Nd4j.create(DataType.DOUBLE, cells * groups);
    for (int h = 0; h < layout.spec().heads(); h++) {
      for (int o = 0; o < PlstmGridSpec.ORIENTATIONS; o++) {
        DoublePlstmField[] in = gates.fields(0, h, o, false);
        for (int c = 0; c < cells; c++) {
          long at = c * groups + (long) h * PlstmGridSpec.ORIENTATIONS + o;
          DoublePlstmField rl = in[PlstmCoreArrays.T_RL];
          DoublePlstmField dl = in[PlstmCoreArrays.T_DL];
          right.putScalar(at, rl.data()[rl.at(c)]);
          down.putScalar(at, dl.data()[dl.at(c)]);
        }
      }
    }
    return new INDArray[] {right, down};
  }

  private static double[] random(long... shape) {
    return UnitRuns.random(DataType.DOUBLE, 1, shape).dup('c').data().asDouble();
  }
}
