package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.SpecOption;

/** Checks of options that several specs have. */
final class UniversalOption {

  private UniversalOption() {}

  static void requireHalting(String spec, double epsilon, ActType actType) {
    if (!(epsilon > 0 && epsilon < 1)) {
      throw SpecOption.invalid(spec, "epsilon", epsilon, "above 0, below 1");
    }
    requireChoice(spec, "actType", actType, ActType.values());
  }

  static void requireRate(String spec, String option, double value) {
    if (!(value >= 0 && value < 1)) {
      throw SpecOption.invalid(spec, option, value, "0 to below 1");
    }
  }

  static <E extends Enum<E>> void requireChoice(String spec, String option, E value, E[] values) {
    if (value == null) {
      throw SpecOption.invalid(spec, option, null, Arrays.toString(values));
    }
  }
}
