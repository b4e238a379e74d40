package org.dl4jext.zoo.catalogue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.cells.FlashGru;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.recurrent.cells.FlashRnn;
import org.dl4jext.recurrent.cells.ParaGru;
import org.dl4jext.recurrent.cells.ParaLstm;
import org.dl4jext.recurrent.cells.SLstm;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.recurrent.memory.MemoryCaching;
import org.dl4jext.recurrent.plstm.Plstm;
import org.dl4jext.recurrent.qkan.QkanLstm;
import org.dl4jext.recurrent.universal.UniversalTransformer;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.samediff.universal.CacheLimit;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.dl4jext.zoo.qkan.Jhcg;

/** The recurrent layers with their usual options, by name. Each is as wide as its input. */
public enum NamedLayer {
  /** {@link FlashRnn}. */
  RNN(
      "rnn",
      "Elman network: the baseline of the cells with gates",
      width -> new FlashRnn.Builder()),
  /** {@link FlashLstm}. */
  LSTM("lstm", "LSTM, as DL4J's and several times as fast", width -> new FlashLstm.Builder()),
  /** {@link FlashGru}. */
  GRU("gru", "GRU: a quarter fewer weights than the LSTM", width -> new FlashGru.Builder()),
  /** {@link SLstm}. */
  SLSTM("slstm", "sLSTM: exponential gates, stabilised", width -> new SLstm.Builder()),
  /** {@link ParaGru}. */
  PARA_GRU(
      "para-gru",
      "GRU with a diagonal recurrence, parallel in time on request",
      width -> new ParaGru.Builder()),
  /** {@link ParaLstm}. */
  PARA_LSTM(
      "para-lstm",
      "LSTM with a diagonal recurrence, parallel in time on request",
      width -> new ParaLstm.Builder()),
  /** {@link DeltaProduct} with {@link DeltaSpec#deltaNet}. */
  DELTANET(
      "deltanet",
      "DeltaNet: a key-value memory that corrects what it stored",
      width -> delta(DeltaSpec.deltaNet(width, heads(width)))),
  /** {@link DeltaProduct} with {@link DeltaSpec#gatedDeltaNet}. */
  GATED_DELTANET(
      "gated-deltanet",
      "Gated DeltaNet: DeltaNet that can also forget",
      width -> delta(DeltaSpec.gatedDeltaNet(width, heads(width)))),
  /** {@link DeltaProduct} with {@link DeltaSpec#deltaProduct}. */
  DELTA_PRODUCT(
      "delta-product",
      "DeltaProduct: several reflections a step, for state tracking",
      width -> delta(DeltaSpec.deltaProduct(width, heads(width), 2))),
  /** {@link DeltaProduct} with {@link DeltaSpec#gatedDeltaProduct}. */
  GATED_DELTA_PRODUCT(
      "gated-delta-product",
      "Gated DeltaProduct: the general layer, with every part switched on",
      width -> delta(DeltaSpec.gatedDeltaProduct(width, heads(width), 2))),
  /** {@link MemoryCaching}. */
  MEMORY_CACHING(
      "memory-caching",
      "Memory caching: Gated DeltaNet whose past states stay readable, with growing memory",
      width -> new MemoryCaching.Builder()),
  /** {@link QkanLstm} with latent sizes log2 of the width. */
  QKAN_LSTM(
      "qkan-lstm",
      "HQKAN-LSTM: gates of simulated single-qubit circuits behind small encoders",
      width -> new QkanLstm.Builder().spec(hybrid(width))),
  /** {@link Plstm}. */
  PLSTM(
      "plstm",
      "pLSTM: a linear recurrence with gates from the input, also on grids and graphs",
      width -> new Plstm.Builder().heads(heads(width)).headSize(width / heads(width))),
  /** {@link UniversalTransformer}, causal, each step seeing the last {@link #WINDOW}. */
  UNIVERSAL_TRANSFORMER(
      "universal-transformer",
      "Universal Transformer: one block of attention, again and again, until each step halts",
      width -> new UniversalTransformer.Builder().spec(causal(width)));

  /** Steps that a causal Universal Transformer sees. */
  public static final int WINDOW = 128;

  private static final int HEAD_SIZE = 16;

  private final String label;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // the functions hold nothing
  private final IntFunction<SequenceLayer.Builder<?, ?>> builder;

  NamedLayer(String label, String description, IntFunction<SequenceLayer.Builder<?, ?>> builder) {
    this.label = label;
    this.description = description;
    this.builder = builder;
  }

  /** The name, in lower case with hyphens. */
  public String label() {
    return label;
  }

  /** One line. */
  public String description() {
    return description;
  }

  /**
   * The layer.
   *
   * @param width of its input and of its output, at least 1
   */
  public SequenceLayer<?> ofWidth(int width) {
    return builder.apply(width).nIn(width).nOut(width).build();
  }

  /** All names. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(NamedLayer::label).toList();
  }

  /**
   * The layer of a name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static NamedLayer of(String label) {
    for (NamedLayer layer : values()) {
      if (layer.label.equals(label)) {
        return layer;
      }
    }
    throw new IllegalArgumentException(
        "layer is '" + label + "'; allowed: " + String.join(", ", labels()));
  }

  private static int heads(int width) {
    return width % HEAD_SIZE == 0 ? width / HEAD_SIZE : 1;
  }

  private static DeltaProduct.Builder delta(DeltaSpec spec) {
    return new DeltaProduct.Builder().spec(spec);
  }

  private static UniversalSpec causal(int width) {
    return UniversalSpec.ofHeads(heads(width))
        .with(Map.of("causal", true, "maxLength", WINDOW, "cacheLimit", CacheLimit.SLIDE));
  }

  private static QkanLstmSpec hybrid(int width) {
    int latent = Jhcg.logarithm(width);
    return QkanLstmSpec.standard().withLatent(latent, latent);
  }
}
