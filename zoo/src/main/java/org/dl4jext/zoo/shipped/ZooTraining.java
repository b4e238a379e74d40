package org.dl4jext.zoo.shipped;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.models.StoredModel;
import org.dl4jext.zoo.models.ZooEntry;
import org.dl4jext.zoo.models.ZooManifest;

/** Trains shipped models into a folder: a file each, named by its content, and the manifest. */
public final class ZooTraining {

  /** Metadata of a model file: the name of the shipped model. */
  public static final String NAME = "name";

  /** Seed of the data that the metrics of the manifest are measured on. */
  public static final long TEST_SEED = 0x7E57L;

  private final Path folder;
  private final Map<String, String> versions;

  /**
   * Training into a folder that exists.
   *
   * @param versions of what trains, by name, for the manifest
   */
  public ZooTraining(Path folder, Map<String, String> versions) {
    this.folder = folder;
    this.versions = versions;
  }

  /** What came out for a model. */
  public record Result(ZooEntry entry, Metric metric) {}

  /**
   * Trains a model, measures what was saved on fresh data, and puts it into the manifest, in place
   * of the same model from before.
   */
  public Result train(ShippedModel model, ShippedModel.Listener listener) throws IOException {
    StoredModel trained = model.training().train(listener);
    String command = "recurrent train-zoo " + model.name();
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put(NAME, model.name());
    metadata.put("task", model.task());
    metadata.put("command", command);
    metadata.put("seed", model.seed());
    metadata.putAll(trained.metadata());
    Path temporary = folder.resolve("." + model.name() + ".zip");
    try {
      SafeModels.save(StoredModel.of(trained.model(), metadata), temporary);
      StoredModel stored = SafeModels.load(temporary);
      Metric metric = model.measure().of(stored, TEST_SEED);
      ZooEntry entry =
          new ZooEntry(
              model.name(),
              ZooEntry.fileName(model.name(), stored.sha256()),
              stored.sha256(),
              Files.size(temporary),
              model.architecture().get().getClass().getName(),
              model.task(),
              metric.toMap(),
              command,
              versions,
              stored.model().numParams(),
              model.seed());
      Files.move(temporary, folder.resolve(entry.file()), StandardCopyOption.ATOMIC_MOVE);
      enter(entry);
      return new Result(entry, metric);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Writes the manifest with an entry, and then removes the file of the entry before it. */
  private void enter(ZooEntry entry) throws IOException {
    List<ZooEntry> before = manifest().models();
    List<ZooEntry> entries = new ArrayList<>();
    for (ShippedModel shipped : ShippedModels.all()) {
      if (shipped.name().equals(entry.name())) {
        entries.add(entry);
      } else {
        before.stream().filter(e -> e.name().equals(shipped.name())).forEach(entries::add);
      }
    }
    ZooManifest.of(entries).write(folder);
    for (ZooEntry old : before) {
      if (old.name().equals(entry.name()) && !old.file().equals(entry.file())) {
        Files.deleteIfExists(folder.resolve(old.file()));
      }
    }
  }

  private ZooManifest manifest() throws IOException {
    Path file = folder.resolve(ZooManifest.FILE);
    if (!Files.exists(file)) {
      return ZooManifest.of(List.of());
    }
    try (InputStream in = Files.newInputStream(file)) {
      return ZooManifest.read(in, file.toString());
    }
  }
}
