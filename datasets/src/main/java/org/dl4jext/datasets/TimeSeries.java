package org.dl4jext.datasets;

import java.util.List;

/**
 * Some columns of a table over time, without gaps: missing values carry the last observed value of
 * their column forward, so a value never depends on later rows.
 *
 * @param targets names of the first columns, those to forecast
 * @param covariates names of the further columns
 * @param values [targets, then covariates][row]
 * @param observed whether a value stood in the file, [column][row]
 * @param time the times of the rows
 * @param notices what was chosen, filled, dropped or found odd, in sentences
 */
public record TimeSeries(
    List<String> targets,
    List<String> covariates,
    double[][] values,
    boolean[][] observed,
    TimeAxis time,
    List<String> notices) {

  public TimeSeries {
    targets = List.copyOf(targets);
    covariates = List.copyOf(covariates);
    notices = List.copyOf(notices);
    if (targets.isEmpty() || values.length != targets.size() + covariates.size()) {
      throw new IllegalArgumentException(
          "TimeSeries: "
              + values.length
              + " columns for "
              + targets.size()
              + " targets and "
              + covariates.size()
              + " covariates");
    }
    for (int c = 0; c < values.length; c++) {
      if (values[c].length != time.size() || observed[c].length != time.size()) {
        throw new IllegalArgumentException(
            "TimeSeries: column "
                + c
                + " has "
                + values[c].length
                + " of "
                + time.size()
                + " rows");
      }
    }
  }

  /** Rows. */
  public int length() {
    return time.size();
  }

  /** Targets and covariates. */
  public int columns() {
    return values.length;
  }
}
