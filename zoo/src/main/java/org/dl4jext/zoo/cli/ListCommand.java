package org.dl4jext.zoo.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists layers, building blocks, models, datasets and commands. */
@Command(
    name = "list",
    description =
        "Lists the layers with their usual options, building blocks, models, datasets and commands.")
final class ListCommand extends Subcommand {

  @Spec private CommandSpec self;

  @Override
  public Integer call() {
    if (json()) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("layers", Catalogue.layers().stream().map(Catalogue.Layer::toJson).toList());
      all.put("blocks", Catalogue.blocks().stream().map(Catalogue.Type::toJson).toList());
      all.put("models", Catalogue.models().stream().map(Catalogue.Type::toJson).toList());
      all.put("datasets", Catalogue.datasets().stream().map(Catalogue.Entry::toJson).toList());
      all.put("commands", commands().stream().map(Catalogue.Entry::toJson).toList());
      printJson(all);
      return CommandLine.ExitCode.OK;
    }
    out().println("Layers (parameters at width " + Catalogue.WIDTH + ")");
    Table layers = new Table("  layer", "class", "parameters", "what it is");
    for (Catalogue.Layer layer : Catalogue.layers()) {
      layers.row(
          "  " + layer.named().label(),
          layer.type(),
          layer.parameters(),
          layer.named().description());
    }
    layers.print(out());
    print("Building blocks", Catalogue.blocks().stream().map(Catalogue.Type::entry).toList());
    print("Models", Catalogue.models().stream().map(Catalogue.Type::entry).toList());
    print("Datasets", Catalogue.datasets());
    print("Commands", commands());
    return CommandLine.ExitCode.OK;
  }

  private void print(String title, List<Catalogue.Entry> entries) {
    out().println();
    out().println(title);
    Table table = new Table("  name", "what it is");
    entries.forEach(entry -> table.row("  " + entry.name(), entry.description()));
    table.print(out());
  }

  private List<Catalogue.Entry> commands() {
    return self.parent().subcommands().entrySet().stream()
        .filter(e -> !e.getKey().equals("help"))
        .map(e -> new Catalogue.Entry(e.getKey(), firstLine(e.getValue())))
        .toList();
  }

  private static String firstLine(CommandLine command) {
    String[] description = command.getCommandSpec().usageMessage().description();
    return description.length == 0 ? "" : description[0];
  }
}
