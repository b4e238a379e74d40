package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.kernel.FloatBlocks;

/** Makes the steps of the cells: over vectors where the inner loops are, else in plain Java. */
final class FloatCells {

  private FloatCells() {}

  /** The step of a cell in the build of {@code blocks}. */
  static FloatCell of(CellSpec spec, FloatBlocks blocks) {
    FloatCell vector = blocks.name().startsWith("vector") ? vector(spec) : null;
    return vector == null ? plain(spec) : vector;
  }

  static FloatCell plain(CellSpec spec) {
    return switch (spec.kind()) {
      case ELMAN -> new FloatPlainElman(spec.activation());
      case LSTM -> new FloatPlainLstm(spec.gateActivation(), spec.activation());
      case GRU -> new FloatPlainGru();
      case SLSTM -> new FloatPlainSlstm();
    };
  }

  /** The vector build; null where it has no such activation. */
  private static FloatCell vector(CellSpec spec) {
    if (spec.gateActivation() != CellActivation.SIGMOID
        || spec.activation() != CellActivation.TANH) {
      return null;
    }
    String name =
        switch (spec.kind()) {
          case ELMAN -> "FloatVectorElman";
          case LSTM -> "FloatVectorLstm";
          case GRU -> "FloatVectorGru";
          case SLSTM -> "FloatVectorSlstm";
        };
    try {
      Class<?> type = Class.forName(FloatCells.class.getPackageName() + "." + name);
      return (FloatCell) type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the vector build of " + name + " is missing", e);
    }
  }
}
