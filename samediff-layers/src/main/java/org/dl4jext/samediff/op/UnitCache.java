package org.dl4jext.samediff.op;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Keeps the last used unit of an op for the next call. A second thread that comes meanwhile makes a
 * unit of its own; one of the two is kept.
 */
final class UnitCache {

  /** Makes the unit that an op wraps. */
  interface Maker {
    DifferentiableUnit make(Execution execution, DataType dataType);
  }

  private record Entry(Execution execution, DataType dataType, DifferentiableUnit unit) {}

  private final AtomicReference<Entry> idle = new AtomicReference<>();
  private final Maker maker;

  UnitCache(Maker maker) {
    this.maker = maker;
  }

  /** Runs work with a unit that no other thread uses. */
  void use(DataType dataType, Consumer<DifferentiableUnit> work) {
    Execution execution = Execution.current();
    Entry entry = idle.getAndSet(null);
    if (entry == null || entry.execution != execution || entry.dataType != dataType) {
      entry = new Entry(execution, dataType, maker.make(execution, dataType));
    }
    work.accept(entry.unit);
    idle.set(entry);
  }
}
