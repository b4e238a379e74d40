package org.dl4jext.zoo.golden;

import java.util.List;
import java.util.Optional;

/** All operations that can be verified. */
final class OpRunners {

  private static final List<OpRunner> ALL =
      List.of(
          new DeltaRuleRunner(),
          new DeltaLayerRunner(),
          new CellRecurrenceRunner(),
          new QkanRunner(),
          new ParaCellRunner(),
          new SelectiveScanRunner(),
          new PlstmCoreRunner(),
          new PlstmLayerRunner(),
          new MultitreeRunner(),
          new ArrowGeometryRunner(),
          new CachedRecurrenceRunner(),
          new ActHaltingRunner(),
          new UniversalRunner(),
          new FormalLanguageRunner(),
          new RecallRunner(),
          new GroupWordProblemRunner());

  private OpRunners() {}

  static Optional<OpRunner> of(String op) {
    return ALL.stream().filter(runner -> runner.ops().contains(op)).findFirst();
  }
}
