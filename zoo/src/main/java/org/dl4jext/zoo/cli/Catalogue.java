package org.dl4jext.zoo.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jext.datasets.FormalLanguage;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.zoo.catalogue.NamedLayer;

/** The layers and datasets that there are, in the words of the command line. */
final class Catalogue {

  /** Width for which usual sizes are shown. */
  static final int WIDTH = 64;

  private Catalogue() {}

  /** The recurrent layers. */
  static List<Layer> layers() {
    return Arrays.stream(NamedLayer.values())
        .map(named -> new Layer(named, named.ofWidth(WIDTH)))
        .toList();
  }

  /** Layers to build deeper networks with. */
  static List<Entry> blocks() {
    return List.of(
        new Entry("RmsNorm", "Root-mean-square norm over the channels of each step"),
        new Entry("LayerNorm", "Layer norm over the channels of each step"),
        new Entry("SwiGlu", "Gated feed-forward layer"),
        new Entry("PreNormResidual", "x + layer(norm(x)) around any of the layers"),
        new Entry("Plstm2D", "pLSTM on images of any size, P-mode or D-mode"),
        new Entry("PlstmVisBlock", "Block of the vision model pLSTM-Vis"),
        new Entry("PlstmGraphVertex", "pLSTM on batches of directed acyclic graphs"));
  }

  /** Whole networks in the form of DL4J's zoo models. */
  static List<Entry> models() {
    return List.of(new Entry("Jhcg", "JHCG network: encoder, latent QKAN, decoder"));
  }

  /** The datasets. */
  static List<Entry> datasets() {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry("csv", "Time series from a CSV file with a header"));
    for (FormalLanguage language : FormalLanguage.values()) {
      entries.add(new Entry(language.label(), "Formal language, generated from a seed"));
    }
    entries.add(new Entry("arrow", "Does an arrow point into a circle? Grids or pixels, any size"));
    entries.add(new Entry("digits", "Handwritten digits of 8 x 8 pixels (UCI)"));
    entries.add(
        new Entry(
            "group-word-problem",
            "Running product in S_n, A_n, Z_n or a product of them, generated from a seed"));
    entries.add(new Entry("mqar", "Multi-query associative recall, dense or spread, from a seed"));
    entries.add(new Entry("passkey", "A key at some depth of filler, alone or among distractors"));
    entries.add(new Entry("selective-copying", "Data tokens among noise, to be copied in order"));
    entries.add(new Entry("pointer-hopping", "Pointers to follow, generated from a seed"));
    entries.add(new Entry("transduction", "Copying, reversing, adding, generated from a seed"));
    entries.add(new Entry("fact-questions", "Questions about one to three facts of a story"));
    return entries;
  }

  /**
   * A layer with its usual options.
   *
   * @param named its name
   * @param configuration the layer at {@link #WIDTH}
   */
  record Layer(NamedLayer named, SequenceLayer<?> configuration) {

    String type() {
      return configuration.getClass().getSimpleName();
    }

    long parameters() {
      return configuration.parameters(WIDTH, WIDTH).stream()
          .mapToLong(
              p -> p.shape().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact))
          .sum();
    }

    Map<String, Object> toJson() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", named.label());
      object.put("class", configuration.getClass().getName());
      object.put("description", named.description());
      object.put("width", WIDTH);
      object.put("parameters", parameters());
      object.put("options", configuration.getSpec());
      return object;
    }
  }

  /** A name and what it stands for. */
  record Entry(String name, String description) {
    Map<String, Object> toJson() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", name);
      object.put("description", description);
      return object;
    }
  }
}
