package org.dl4jext.zoo.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jext.datasets.FormalLanguage;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.block.LayerNorm;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.block.RmsNorm;
import org.dl4jext.recurrent.block.SwiGlu;
import org.dl4jext.recurrent.plstm.Plstm2D;
import org.dl4jext.recurrent.plstm.PlstmGraphVertex;
import org.dl4jext.recurrent.plstm.PlstmVisBlock;
import org.dl4jext.recurrent.qkan.QkanDense;
import org.dl4jext.recurrent.universal.UniversalTransformerDecoderVertex;
import org.dl4jext.zoo.catalogue.NamedLayer;
import org.dl4jext.zoo.forecast.ForecastNetwork;
import org.dl4jext.zoo.memory.Recaller;
import org.dl4jext.zoo.plstm.PlstmGraphNet;
import org.dl4jext.zoo.plstm.PlstmSequenceClassifier;
import org.dl4jext.zoo.plstm.PlstmVis;
import org.dl4jext.zoo.qkan.Jhcg;
import org.dl4jext.zoo.qkan.QkanForecaster;
import org.dl4jext.zoo.tracking.TrackingNetwork;
import org.dl4jext.zoo.universal.UniversalTransformerClassifier;
import org.dl4jext.zoo.universal.UniversalTransformerSeq2Seq;

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
  static List<Type> blocks() {
    return List.of(
        new Type(RmsNorm.class, "Root-mean-square norm over the channels of each step"),
        new Type(LayerNorm.class, "Layer norm over the channels of each step"),
        new Type(SwiGlu.class, "Gated feed-forward layer"),
        new Type(PreNormResidual.class, "x + layer(norm(x)) around any of the layers"),
        new Type(QkanDense.class, "Dense layer of QKAN edges, for inputs of any rank"),
        new Type(Plstm2D.class, "pLSTM on images of any size, P-mode or D-mode"),
        new Type(PlstmVisBlock.class, "Block of the vision model pLSTM-Vis"),
        new Type(PlstmGraphVertex.class, "pLSTM on batches of directed acyclic graphs"),
        new Type(
            UniversalTransformerDecoderVertex.class,
            "Universal Transformer that attends to a memory as well"));
  }

  /** Whole networks in the form of DL4J's zoo models. */
  static List<Type> models() {
    return List.of(
        new Type(Jhcg.class, "JHCG network: encoder, latent QKAN, decoder"),
        new Type(
            UniversalTransformerClassifier.class, "Universal Transformer that labels a sequence"),
        new Type(
            UniversalTransformerSeq2Seq.class,
            "Universal Transformer that writes a sequence for a sequence"),
        new Type(TrackingNetwork.class, "Block of a recurrent layer that follows a state"),
        new Type(Recaller.class, "Memory-caching layer that recalls values by their keys"),
        new Type(QkanForecaster.class, "QKAN-LSTM that forecasts one step of a series"),
        new Type(ForecastNetwork.class, "Residual blocks that forecast many steps of many series"),
        new Type(PlstmSequenceClassifier.class, "pLSTM that classifies sequences"),
        new Type(PlstmVis.class, "pLSTM that classifies images of any size"),
        new Type(PlstmGraphNet.class, "pLSTM that classifies directed acyclic graphs"));
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

  /**
   * A public class of the library.
   *
   * @param type the class
   * @param description what it is
   */
  record Type(Class<?> type, String description) {

    Entry entry() {
      return new Entry(type.getSimpleName(), description);
    }

    Map<String, Object> toJson() {
      Map<String, Object> object = entry().toJson();
      object.put("class", type.getName());
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
