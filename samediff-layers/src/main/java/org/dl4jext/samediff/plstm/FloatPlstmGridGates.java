package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmGridSpec.ORIENTATIONS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.kernel.FloatHostArrays;

/** The gates of all cells, heads and orientations of a grid, in either mode. */
final class FloatPlstmGridGates {

  private final PlstmGridLayout layout;
  private final FloatPlstmProjection projection;
  private final FloatPlstmTransition[] transitions;
  private final int heads;
  private final int groups;
  private final boolean paper;

  /** P-mode: the shares of source and transition that go right and down. */
  private final Split source;

  private final Split transition;

  FloatPlstmGridGates(PlstmGridLayout layout, FloatPlstmProjection projection) {
    this.layout = layout;
    this.projection = projection;
    PlstmGridSpec spec = layout.spec();
    heads = spec.heads();
    groups = heads * ORIENTATIONS;
    paper = spec.variant() == PlstmVariant.PAPER;
    transitions =
        layout.transitions().stream()
            .map(
                suffix ->
                    new FloatPlstmTransition(
                        projection,
                        suffix,
                        groups,
                        spec.stateSize(),
                        spec.eigenvalueFactor(),
                        spec.expmOrder()))
            .toArray(FloatPlstmTransition[]::new);
    PlstmHead head = spec.head();
    source = new Split(head.stateSize() * head.keys() * head.values());
    transition = new Split(head.stateSize() * head.stateSize());
  }

  private List<String> sigmoids() {
    List<String> names = new ArrayList<>(List.of("direct"));
    layout.sources().forEach(s -> names.add("source" + s));
    layout.marks().forEach(s -> names.add("mark" + s));
    if (layout.isP()) {
      names.add("orientation");
    }
    return names;
  }

  /** From the affine maps to the gates; those of masked cells are zero. */
  void forward(int rows, float[] mask) {
    for (String name : sigmoids()) {
      projection.sigmoid(name, rows);
    }
    for (FloatPlstmTransition t : transitions) {
      t.forward(rows);
    }
    if (layout.isP()) {
      int width = projection.width();
      source.forward(rows, projection.columns, projection.column("source"), width);
      transition.forward(rows, transitions[0].values, 0, groups * transition.size);
    }
    for (int r = 0; mask != null && r < rows; r++) {
      if (mask[r] == 0) {
        clear(r);
      }
    }
  }

  private void clear(int row) {
    projection.clear("direct", row);
    for (String suffix : layout.marks()) {
      projection.clear("mark" + suffix, row);
    }
    if (layout.isP()) {
      source.clear(row);
      transition.clear(row);
    } else {
      for (String suffix : layout.sources()) {
        projection.clear("source" + suffix, row);
      }
      for (FloatPlstmTransition t : transitions) {
        t.clear(row);
      }
    }
  }

  void clearGradients(int rows) {
    for (FloatPlstmTransition t : transitions) {
      t.clearGradients(rows);
    }
    if (layout.isP()) {
      source.clearGradients(rows);
      transition.clearGradients(rows);
    }
  }

  /** From the gradients of the gates to those of the affine maps. */
  void backward(int rows) {
    if (layout.isP()) {
      int width = projection.width();
      source.backward(
          rows, projection.columns, projection.gradients, projection.column("source"), width);
      transition.backward(
          rows, transitions[0].values, transitions[0].gradients, 0, groups * transition.size);
    }
    for (FloatPlstmTransition t : transitions) {
      t.backward(rows);
    }
    for (String name : sigmoids()) {
      projection.sigmoidBackward(name, rows);
    }
  }

  /** The inputs of a recurrence from a row on, in the order of {@link PlstmCoreArrays}'s grid. */
  FloatPlstmField[] fields(int row, int head, int orientation, boolean gradient) {
    int gate = head * ORIENTATIONS + orientation;
    FloatPlstmField[] in = new FloatPlstmField[PlstmCoreArrays.GRID_INPUTS];
    in[PlstmCoreArrays.Q] = column("query", row, head, heads, gradient);
    in[PlstmCoreArrays.K] = column("key", row, head, heads, gradient);
    in[PlstmCoreArrays.V] = column("value", row, head, heads, gradient);
    if (orientation == 0) {
      in[PlstmCoreArrays.DIRECT] = column("direct", row, head, heads, gradient);
    }
    if (layout.isP()) {
      in[PlstmCoreArrays.S_R] = source.field(row, gate, false, gradient);
      in[PlstmCoreArrays.S_D] = source.field(row, gate, true, gradient);
      in[PlstmCoreArrays.T_RL] = transition.field(row, gate, false, gradient);
      in[PlstmCoreArrays.T_RU] = in[PlstmCoreArrays.T_RL];
      in[PlstmCoreArrays.T_DU] = transition.field(row, gate, true, gradient);
      in[PlstmCoreArrays.T_DL] = in[PlstmCoreArrays.T_DU];
      in[PlstmCoreArrays.M_L] = column("mark", row, gate, groups, gradient);
      in[PlstmCoreArrays.M_U] = in[PlstmCoreArrays.M_L];
    } else {
      in[PlstmCoreArrays.S_R] = column("sourceRight", row, gate, groups, gradient);
      in[PlstmCoreArrays.S_D] = column("sourceDown", row, gate, groups, gradient);
      in[PlstmCoreArrays.M_L] = column("markLeft", row, gate, groups, gradient);
      in[PlstmCoreArrays.M_U] = column("markUp", row, gate, groups, gradient);
      boolean left = layout.spec().chirality() == PlstmChirality.LEFT;
      int[] places = {
        PlstmCoreArrays.T_RL,
        PlstmCoreArrays.T_DU,
        left ? PlstmCoreArrays.T_RU : PlstmCoreArrays.T_DL
      };
      for (int i = 0; i < places.length; i++) {
        in[places[i]] =
            gradient ? transitions[i].gradient(row, gate) : transitions[i].field(row, gate);
      }
    }
    return in;
  }

  private FloatPlstmField column(String name, int row, int head, int all, boolean gradient) {
    return gradient
        ? projection.gradient(name, row, head, all)
        : projection.field(name, row, head, all);
  }

  /** A gate g that goes to the right as a g, and down as (1 - a) g or 1 - a g. */
  private final class Split {
    final int size;
    private float[] right;
    private float[] down;
    private float[] dRight;
    private float[] dDown;

    Split(int size) {
      this.size = size;
    }

    private int width() {
      return groups * size;
    }

    FloatPlstmField field(int row, int gate, boolean toDown, boolean gradient) {
      float[] data = gradient ? (toDown ? dDown : dRight) : (toDown ? down : right);
      return new FloatPlstmField(data, row * width() + gate * size, width());
    }

    void clear(int row) {
      Arrays.fill(right, row * width(), (row + 1) * width(), 0);
      Arrays.fill(down, row * width(), (row + 1) * width(), 0);
    }

    void clearGradients(int rows) {
      dRight = FloatHostArrays.ensure(dRight, (long) rows * width());
      dDown = FloatHostArrays.ensure(dDown, (long) rows * width());
      Arrays.fill(dRight, 0, rows * width(), 0);
      Arrays.fill(dDown, 0, rows * width(), 0);
    }

    void forward(int rows, float[] gates, int offset, int step) {
      right = FloatHostArrays.ensure(right, (long) rows * width());
      down = FloatHostArrays.ensure(down, (long) rows * width());
      int a = projection.column("orientation");
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < width(); i++) {
          float gate = gates[r * step + offset + i];
          float share = projection.columns[r * projection.width() + a + i / size] * gate;
          right[r * width() + i] = share;
          down[r * width() + i] = paper ? gate - share : 1 - share;
        }
      }
    }

    /** Adds to the gradients of the gate and of the share. */
    void backward(int rows, float[] gates, float[] dGates, int offset, int step) {
      int a = projection.column("orientation");
      for (int r = 0; r < rows; r++) {
        int first = r * projection.width() + a;
        for (int i = 0; i < width(); i++) {
          float dShare = dRight[r * width() + i] - dDown[r * width() + i];
          int at = r * step + offset + i;
          projection.gradients[first + i / size] += gates[at] * dShare;
          dGates[at] +=
              projection.columns[first + i / size] * dShare + (paper ? dDown[r * width() + i] : 0);
        }
      }
    }
  }
}
