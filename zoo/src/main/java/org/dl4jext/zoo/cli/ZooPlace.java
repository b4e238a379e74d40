package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.dl4jext.zoo.models.ZooCache;
import org.dl4jext.zoo.models.ZooEntry;
import org.dl4jext.zoo.models.ZooManifest;
import org.dl4jext.zoo.models.ZooSource;
import picocli.CommandLine.Option;

/** Where shipped models come from and where they go, by option or system property. */
final class ZooPlace {

  private static final Duration FIRST_WAIT = Duration.ofMillis(500);

  @Option(
      names = "--from",
      paramLabel = "URL",
      description =
          "Take models and their manifest from this folder (file:, http: or https:), not from the"
              + " jar. Also: system property "
              + ZooSource.PROPERTY
              + ".")
  private String from = System.getProperty(ZooSource.PROPERTY);

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Keep models there. Default: dl4jext/zoo in $XDG_CACHE_HOME or ~/.cache. Also: system"
              + " property "
              + ZooCache.PROPERTY
              + ".")
  private Path folder = ZooCache.defaultFolder();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Longest wait for a server to say something. Default: ${DEFAULT-VALUE}.")
  private int timeout = 30;

  ZooSource source() {
    if (timeout < 1 || timeout > 3600) {
      throw new UsageException("--timeout is " + timeout + "; allowed: 1 to 3600");
    }
    try {
      return from == null ? ZooSource.bundled() : ZooSource.at(from, Duration.ofSeconds(timeout));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--from: " + e.getMessage(), e);
    }
  }

  ZooManifest manifest() {
    try {
      return source().manifest();
    } catch (IOException e) {
      throw new UnusableContentException(e.getMessage(), e);
    }
  }

  /** The models of these names, or all of them if there are no names. */
  List<ZooEntry> models(List<String> names) {
    ZooManifest manifest = manifest();
    List<ZooEntry> models = new ArrayList<>();
    for (String name : names) {
      try {
        models.add(manifest.model(name));
      } catch (IllegalArgumentException e) {
        throw new UsageException(e.getMessage(), e);
      }
    }
    return names.isEmpty() ? manifest.models() : models;
  }

  ZooCache cache() {
    return new ZooCache(folder, FIRST_WAIT);
  }

  /** The file of a model, pulled if it is not there, with progress on the stderr of a command. */
  Path pull(ZooEntry model, Subcommand command) {
    try (Progress progress = command.progress(model.name(), model.bytes())) {
      return cache().pull(model, source(), bytes -> progress.at(bytes, "bytes"));
    } catch (IOException e) {
      throw new UnusableContentException(e.getMessage(), e);
    }
  }
}
