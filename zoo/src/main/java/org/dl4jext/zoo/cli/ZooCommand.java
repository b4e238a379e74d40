package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.zoo.models.ZooCache.State;
import org.dl4jext.zoo.models.ZooEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code recurrent zoo}: the trained models that ship with the library. */
@Command(
    name = "zoo",
    description = "The trained models that ship with the library.",
    subcommands = {
      ZooCommand.Names.class,
      ZooCommand.Pull.class,
      ZooCommand.Verify.class,
      ZooCommand.Where.class
    })
final class ZooCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "missing subcommand; there are " + spec.subcommands().keySet());
  }

  /** {@code recurrent zoo list}. */
  @Command(
      name = "list",
      description = "Lists the models: size, what is pulled, task; metrics and more with --json.")
  static final class Names extends Subcommand {

    /** So that a line has at most 120 characters. */
    private static final int LONGEST_TASK = 60;

    @Mixin private ZooPlace place;

    @Override
    public Integer call() throws IOException {
      List<Map<String, Object>> tree = new ArrayList<>();
      Table table = new Table("name", "parameters", "kB", "file", "task");
      for (ZooEntry model : place.manifest().models()) {
        String state = word(place.cache().state(model));
        table.row(
            model.name(),
            model.parameters(),
            (model.bytes() + 999) / 1000,
            state,
            Table.cut(model.task(), LONGEST_TASK));
        tree.add(tree(model, state));
      }
      if (json()) {
        printJson(tree);
      } else {
        table.print(out());
      }
      return ExitCode.OK;
    }

    private static Map<String, Object> tree(ZooEntry model, String state) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("name", model.name());
      tree.put("file", model.file());
      tree.put("state", state);
      tree.put("sha256", model.sha256());
      tree.put("bytes", model.bytes());
      tree.put("parameters", model.parameters());
      tree.put("class", model.modelClass());
      tree.put("task", model.task());
      tree.put("metrics", model.metrics());
      tree.put("command", model.command());
      tree.put("versions", model.versions());
      tree.put("seed", model.seed());
      return tree;
    }
  }

  /** {@code recurrent zoo pull}. */
  @Command(
      name = "pull",
      description = {
        "Gets models into the cache and prints where they are.",
        "A file is used once its SHA-256 is that of the manifest; what was begun is continued."
      })
  static final class Pull extends Subcommand {

    @Mixin private ZooPlace place;

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Models; see 'zoo list'.")
    private List<String> names = List.of();

    @Option(names = "--all", description = "All models.")
    private boolean all;

    @Override
    public Integer call() {
      if (all == !names.isEmpty()) {
        throw new UsageException("needed: names of models, or --all");
      }
      Map<String, Object> paths = new LinkedHashMap<>();
      for (ZooEntry model : place.models(names)) {
        paths.put(model.name(), place.pull(model, this).toString());
      }
      if (json()) {
        printJson(paths);
      } else {
        paths.values().forEach(out()::println);
      }
      return ExitCode.OK;
    }
  }

  /** {@code recurrent zoo verify}. */
  @Command(
      name = "verify",
      description = {
        "Compares the models in the cache with their SHA-256 in the manifest.",
        "The exit code is 1 if one is damaged, or is named and missing."
      })
  static final class Verify extends Subcommand {

    @Mixin private ZooPlace place;

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Models. Default: all.")
    private List<String> names = List.of();

    @Override
    public Integer call() throws IOException {
      Map<String, Object> states = new LinkedHashMap<>();
      Table table = new Table("name", "state", "file");
      boolean ok = true;
      for (ZooEntry model : place.models(names)) {
        State state = place.cache().state(model);
        ok &= state == State.VERIFIED || (state == State.MISSING && names.isEmpty());
        states.put(model.name(), word(state));
        table.row(model.name(), word(state), place.cache().path(model));
      }
      if (json()) {
        printJson(states);
      } else {
        table.print(out());
      }
      return ok ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  /** {@code recurrent zoo path}. */
  @Command(name = "path", description = "Prints where a pulled model is, after comparing its hash.")
  static final class Where extends Subcommand {

    @Mixin private ZooPlace place;

    @Parameters(paramLabel = "NAME", description = "A model; see 'zoo list'.")
    private String name;

    @Override
    public Integer call() throws IOException {
      ZooEntry model = place.models(List.of(name)).get(0);
      State state = place.cache().state(model);
      Path path = place.cache().path(model);
      if (state != State.VERIFIED) {
        throw new UnusableContentException(
            path + " is " + word(state) + "; 'recurrent zoo pull " + name + "' gets it");
      }
      if (json()) {
        printJson(Map.of("path", path.toString()));
      } else {
        out().println(path);
      }
      return ExitCode.OK;
    }
  }

  private static String word(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
