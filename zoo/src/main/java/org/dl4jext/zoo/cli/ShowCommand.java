package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.zoo.models.ModelCard;
import org.dl4jext.zoo.models.StoredModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code recurrent show}: what a model file holds. */
@Command(
    name = "show",
    description = {
      "Shows what a model is made of, and how it was trained.",
      "'sees' says what an output depends on: its step, the past, or all steps; 'state' counts the"
          + " numbers that a stream keeps between steps, with + where they become more."
    })
final class ShowCommand extends Subcommand {

  /** Longer values of the metadata are cut, since series may be among them. */
  private static final int MAX_VALUE = 100;

  @Mixin private ModelArgument model;

  @Override
  public Integer call() throws IOException {
    Path file = model.file(this);
    StoredModel stored = ModelArgument.load(file);
    ModelCard card = ModelCard.of(stored.model());
    if (json()) {
      printJson(tree(file, stored, card));
    } else {
      print(file, stored, card);
    }
    return ExitCode.OK;
  }

  private static Map<String, Object> tree(Path file, StoredModel stored, ModelCard card)
      throws IOException {
    Map<String, Object> tree = facts(file, stored, card);
    List<Map<String, Object>> layers = new ArrayList<>();
    for (ModelCard.LayerCard layer : card.layers()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", layer.name());
      row.put("type", layer.type());
      row.put("inputs", layer.inputs());
      row.put("outputs", layer.outputs());
      row.put("parameters", layer.parameters());
      row.put("sees", word(layer.sight()));
      row.put("state", layer.stateNumbers());
      row.put("grows", layer.grows());
      layers.add(row);
    }
    tree.put("layers", layers);
    tree.put("metadata", stored.metadata());
    tree.put("leftOut", stored.leftOut());
    return tree;
  }

  private static Map<String, Object> facts(Path file, StoredModel stored, ModelCard card)
      throws IOException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("file", file.toString());
    facts.put("bytes", Files.size(file));
    facts.put("sha256", stored.sha256());
    facts.put("kind", card.kind());
    facts.put("dataType", card.dataType().name());
    facts.put("parameters", card.parameters());
    facts.put("sees", word(card.sight()));
    facts.put("streamBytes", card.streamBytes());
    facts.put("updater", stored.updater());
    facts.put(
        "normalizer",
        stored.normalizer().map(normalizer -> normalizer.getType().name()).orElse("none"));
    return facts;
  }

  private static String word(ModelCard.Sight sight) {
    return sight.name().toLowerCase(Locale.ROOT);
  }

  private void print(Path file, StoredModel stored, ModelCard card) throws IOException {
    facts(file, stored, card)
        .forEach((name, value) -> out().printf(Locale.ROOT, "%-12s %s%n", name, value));
    out().println();
    Table table = new Table("layer", "type", "in", "out", "parameters", "sees", "state");
    for (ModelCard.LayerCard layer : card.layers()) {
      table.row(
          layer.name(),
          layer.type(),
          size(layer.inputs()),
          size(layer.outputs()),
          layer.parameters(),
          word(layer.sight()),
          layer.stateNumbers() + (layer.grows() ? "+" : ""));
    }
    table.print(out());
    if (!stored.metadata().isEmpty()) {
      out().println();
      stored
          .metadata()
          .forEach(
              (name, value) ->
                  out().printf("%-12s %s%n", name, Table.cut(String.valueOf(value), MAX_VALUE)));
    }
    stored.leftOut().forEach(what -> err().println("note: left out: " + what));
  }

  private static String size(long channels) {
    return channels == 0 ? "-" : String.valueOf(channels);
  }
}
