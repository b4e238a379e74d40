package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;

/** The input projection of a head-wise layer, into and out of the padded rows of z. */
final class FloatCellProjection {

  private final CellLayout layout;
  private final CellKind kind;
  private final FloatCellRecurrence recurrence;
  private final CellStrides places;
  private final int inputs;
  private float[] weights;
  private float[] padded;

  FloatCellProjection(CellLayout layout, FloatCellRecurrence recurrence) {
    this.layout = layout;
    this.kind = layout.kind();
    this.recurrence = recurrence;
    this.places = CellStrides.input(layout);
    this.inputs = layout.inputSize();
  }

  /** A range of columns of z that the input reaches. */
  private interface Columns {
    void at(int first, int count);
  }

  /** All columns at once, or those of each head where a gate does not read the input. */
  private void forEachRange(Columns columns) {
    if (kind.firstInputGate() == 0) {
      columns.at(0, recurrence.zRow);
      return;
    }
    for (int h = 0; h < layout.spec().heads(); h++) {
      columns.at(
          recurrence.gateColumn(h, kind.firstInputGate()), kind.inputGates() * recurrence.width);
    }
  }

  /** A pair of places of one weight: in W and in a matrix with the columns of z. */
  private interface Weight {
    void at(int column, int paddedColumn);
  }

  private void forEachColumn(Weight weight) {
    for (int h = 0; h < layout.spec().heads(); h++) {
      for (int g = 0; g < kind.inputGates(); g++) {
        int to = recurrence.gateColumn(h, g + kind.firstInputGate());
        for (int d = 0; d < layout.headSize(); d++) {
          weight.at(places.at(g, h, d, 0), to + d);
        }
      }
    }
  }

  private int columns() {
    return kind.inputGates() * layout.outputSize();
  }

  /** Takes W for the forward passes that follow. */
  void setWeights(float[] w) {
    int zRow = recurrence.zRow;
    weights = FloatHostArrays.ensure(weights, (long) inputs * zRow);
    for (int h = 0; h < layout.spec().heads(); h++) {
      for (int g = 0; g < kind.inputGates(); g++) {
        int to = recurrence.gateColumn(h, g + kind.firstInputGate());
        for (int i = 0; i < inputs; i++) {
          int from = i * columns() + places.at(g, h, 0, 0);
          System.arraycopy(w, from, weights, i * zRow + to, layout.headSize());
        }
      }
    }
  }

  /** z += x W. */
  void forward(float[] x, int rows) {
    int zRow = recurrence.zRow;
    forEachRange(
        (first, count) ->
            FloatPanels.addProduct(
                recurrence.blocks(),
                rows,
                count,
                inputs,
                x,
                0,
                inputs,
                1,
                weights,
                first,
                zRow,
                recurrence.z,
                first,
                zRow));
  }

  /** dx += dz W'. */
  void inputGradient(float[] w, float[] dx, int rows) {
    int zRow = recurrence.zRow;
    padded = FloatHostArrays.ensure(padded, (long) inputs * zRow);
    Arrays.fill(padded, 0, inputs * zRow, 0);
    forEachColumn(
        (column, to) -> {
          for (int i = 0; i < inputs; i++) {
            padded[to * inputs + i] = w[i * columns() + column];
          }
        });
    forEachRange(
        (first, count) ->
            FloatPanels.addProduct(
                recurrence.blocks(),
                rows,
                inputs,
                count,
                recurrence.z,
                first,
                zRow,
                1,
                padded,
                first * inputs,
                inputs,
                dx,
                0,
                inputs));
  }

  /** dw = x' dz. */
  void weightGradient(float[] x, float[] dw, int rows) {
    int zRow = recurrence.zRow;
    padded = FloatHostArrays.ensure(padded, (long) inputs * zRow);
    Arrays.fill(padded, 0, inputs * zRow, 0);
    forEachRange(
        (first, count) ->
            FloatPanels.addProduct(
                recurrence.blocks(),
                inputs,
                count,
                rows,
                x,
                0,
                1,
                inputs,
                recurrence.z,
                first,
                zRow,
                padded,
                first,
                zRow));
    forEachColumn(
        (column, from) -> {
          for (int i = 0; i < inputs; i++) {
            dw[i * columns() + column] = padded[i * zRow + from];
          }
        });
  }
}
