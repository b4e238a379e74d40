package org.dl4jext.zoo.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.util.ModelSerializer;
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
    Map<Path, Path> moves = new LinkedHashMap<>();
    try {
      if (run != null) {
        Path model = temporary(folder, "model.zip", files, moves);
        ModelSerializer.writeModel(run.network(), model.toFile(), false);
      }
      Path accuracy = temporary(folder, "accuracy.json", files, moves);
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(accuracy.toFile(), tree);
      AccuracyPlot.write(title, lines, temporary(folder, "accuracy.png", files, moves));
      for (Map.Entry<Path, Path> move : moves.entrySet()) {
        // Temporary files are made for their owner only.
        if (!move.getKey().toFile().setReadable(true, false)) {
          throw new IOException("cannot set the permissions of " + move.getKey());
        }
        Files.move(move.getKey(), move.getValue(), StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      for (Path file : moves.keySet()) {
        Files.deleteIfExists(file);
      }
    }
    return files;
  }

  private static Path temporary(
      Path folder, String name, Map<String, Path> files, Map<Path, Path> moves) throws IOException {
    Path file = Files.createTempFile(folder, ".", name);
    moves.put(file, folder.resolve(name));
    files.put(name.replace("accuracy.png", "plot").replaceAll("\\..*", ""), folder.resolve(name));
    return file;
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
