package org.dl4jext.samediff.cells;

/** How the steps of a cell with diagonal recurrence are computed. */
public enum ParaEvaluation {
  /** One step after the other: the fastest form on a CPU. */
  SEQUENTIAL,
  /**
   * Newton iterations on all steps at once, each one a linear recurrence that is solved by a
   * parallel reduction. Several times the work of {@link #SEQUENTIAL}, but of logarithmic depth:
   * for a device with many more units than batch elements times channels.
   */
  NEWTON
}
