package org.dl4jext.zoo.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jext.datasets.FormalLanguage;
import org.dl4jext.samediff.delta.DeltaSpec;

/** The layers and datasets that there are, in the words of the command line. */
final class Catalogue {

  /** Width for which usual sizes are shown. */
  static final int WIDTH = 64;

  private static final int HEADS = 2;

  private Catalogue() {}

  /** The layers, simplest first. */
  static List<Layer> layers() {
    return List.of(
        new Layer(
            "deltanet",
            "DeltaNet: a key-value memory that corrects what it stored",
            DeltaSpec.deltaNet(WIDTH, HEADS)),
        new Layer(
            "gated-deltanet",
            "Gated DeltaNet: DeltaNet that can also forget",
            DeltaSpec.gatedDeltaNet(WIDTH, HEADS)),
        new Layer(
            "delta-product",
            "DeltaProduct: several reflections a step, for state tracking",
            DeltaSpec.deltaProduct(WIDTH, HEADS, 2)),
        new Layer(
            "gated-delta-product",
            "Gated DeltaProduct: the general layer, with every part switched on",
            DeltaSpec.gatedDeltaProduct(WIDTH, HEADS, 2)));
  }

  /** Layers to build deeper networks with. */
  static List<Entry> blocks() {
    return List.of(
        new Entry("RmsNorm", "Root-mean-square norm over the channels of each step"),
        new Entry("LayerNorm", "Layer norm over the channels of each step"),
        new Entry("SwiGlu", "Gated feed-forward layer"),
        new Entry("PreNormResidual", "x + layer(norm(x)) around any of the layers"));
  }

  /** Layers of attention. */
  static List<Entry> attention() {
    return List.of(
        new Entry(
            "UniversalTransformer", "One block applied again and again, with halting by position"));
  }

  /** The datasets. */
  static List<Entry> datasets() {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry("csv", "Time series from a CSV file with a header"));
    for (FormalLanguage language : FormalLanguage.values()) {
      entries.add(new Entry(language.label(), "Formal language, generated from a seed"));
    }
    entries.add(
        new Entry(
            "group-word-problem",
            "Running product in S_n, A_n, Z_n or a product of them, generated from a seed"));
    entries.add(new Entry("pointer-hopping", "Pointers to follow, generated from a seed"));
    entries.add(new Entry("transduction", "Copying, reversing, adding, generated from a seed"));
    entries.add(new Entry("fact-questions", "Questions about one to three facts of a story"));
    return entries;
  }

  /**
   * A layer with its usual options.
   *
   * @param name as on the command line
   * @param description one line
   * @param spec the options at {@link #WIDTH}
   */
  record Layer(String name, String description, DeltaSpec spec) {

    /** How far the layer is: every layer that is listed passes its contract and golden cases. */
    String status() {
      return "ready";
    }

    Map<String, Object> toJson() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", name);
      object.put("status", status());
      object.put("description", description);
      object.put("width", WIDTH);
      object.put("heads", spec.heads());
      object.put("keySize", spec.keySize());
      object.put("valueSize", spec.valueSize());
      object.put("householders", spec.householders());
      object.put("eigenvalueRange", spec.eigenvalueRange().name());
      object.put("forgetGate", spec.forgetGate());
      object.put("outputGate", spec.outputGate());
      object.put("convolutionWidth", spec.convolutionWidth());
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
