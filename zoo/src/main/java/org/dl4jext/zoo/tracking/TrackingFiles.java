package org.dl4jext.zoo.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jext.zoo.files.WholeFiles;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.plot.AccuracyPlot;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Writes the files of state-tracking runs: all of them, or none. */
public final class TrackingFiles {

  private TrackingFiles() {}

  /** Writes model, accuracies and plot of a run. */
  public static Map<String, Path> write(TrackingRun run, Object tree, Path folder)
      throws IOException {
    return write(
        Map.of(name(run.options()), run.accuracies()), run.task().name(), run, tree, folder);
  }

  /** Writes accuracies and plot of a table. */
  public static Map<String, Path> write(Map<String, List<Accuracy>> lines, Object tree, Path folder)
      throws IOException {
    return write(lines, "state tracking, medians of three seeds", null, tree, folder);
  }

  private static Map<String, Path> write(
      Map<String, List<Accuracy>> lines, String title, TrackingRun run, Object tree, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    Map<String, Path> files = new LinkedHashMap<>();
    try (WholeFiles whole = new WholeFiles()) {
      if (run != null) {
        Path model = temporary(folder, "model.zip", files, whole);
        SafeModels.save(run.network(), model, Map.of("task", title));
      }
      Path accuracy = temporary(folder, "accuracy.json", files, whole);
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(accuracy.toFile(), tree);
      AccuracyPlot.write(title, lines, temporary(folder, "accuracy.png", files, whole));
      whole.publish();
    }
    return files;
  }

  private static Path temporary(Path folder, String name, Map<String, Path> files, WholeFiles whole)
      throws IOException {
    files.put(name.replace("accuracy.png", "plot").replaceAll("\\..*", ""), folder.resolve(name));
    return whole.temporaryFor(folder.resolve(name));
  }

  /** The layer in a few letters: of DeltaProduct householders and range. */
  public static String name(TrackingOptions options) {
    if (options.layer() != TrackedLayer.DELTA_PRODUCT) {
      return options.layer()
          + " of "
          + options.heads()
          + (options.heads() == 1 ? " head" : " heads");
    }
    return "n=" + options.householders() + " " + options.eigenvalueRange();
  }
}
