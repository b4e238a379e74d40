package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.dl4jext.zoo.models.ModelFileException;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.models.StoredModel;
import org.dl4jext.zoo.models.ZooEntry;
import org.dl4jext.zoo.models.ZooManifest;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A model of a command line: a file, or the name of a shipped model, which is pulled. */
final class ModelArgument {

  @Parameters(
      paramLabel = "MODEL",
      description = "A model file, or the name of a shipped model (see 'zoo list').")
  private String model;

  @Mixin private ZooPlace place;

  /** The models at the place that names stand for. */
  ZooManifest manifest() {
    return place.manifest();
  }

  private Optional<ZooEntry> shipped() {
    return manifest().models().stream().filter(m -> m.name().equals(model)).findFirst();
  }

  /** The file; a shipped model is pulled with progress on the stderr of the command. */
  Path file(Subcommand command) {
    Path file = Path.of(model);
    if (!Files.exists(file) && file.getNameCount() == 1) {
      Optional<ZooEntry> shipped = shipped();
      if (shipped.isPresent()) {
        return place.pull(shipped.get(), command);
      }
    }
    ForecastData.requireFile(file);
    return file;
  }

  /** Loads a file that {@link #file} found. */
  static StoredModel load(Path file) throws IOException {
    try {
      return SafeModels.load(file);
    } catch (ModelFileException e) {
      throw new UnusableContentException(e.getMessage(), e);
    }
  }
}
