package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachePolicy;
import org.dl4jext.samediff.memory.CachedRecurrence;
import org.dl4jext.samediff.memory.CachedRecurrenceSpec;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.samediff.memory.GateHeads;
import org.dl4jext.samediff.memory.RouterFeatures;
import org.dl4jext.samediff.memory.RouterPooling;
import org.dl4jext.samediff.memory.SegmentStart;
import org.dl4jext.samediff.memory.Segmentation;
import org.nd4j.autodiff.samediff.SDVariable;

/** Memory caching over the base memories that the cases have. */
final class CachedRecurrenceRunner implements OpRunner {

  private static final String PREFIX = "memory_caching_";
  private static final List<String> WEIGHTS = List.of("W1_init", "W2_init");
  private static final int FEATURES = 4;
  private static final int SCALARS = 5;
  private static final int FIRST_WEIGHT = 8;
  private static final int MASK = 10;

  @Override
  public Set<String> ops() {
    Set<String> ops = new LinkedHashSet<>();
    for (CachingVariant variant : CachingVariant.values()) {
      ops.add(PREFIX + lower(variant));
    }
    return ops;
  }

  @Override
  public boolean hasExecutions() {
    return true;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    CachedRecurrenceSpec spec = spec(c);
    List<String> inputs = inputs(c, spec);
    requireArrays(c, spec, inputs);
    return List.of(
        new CachedRecurrenceWay(
            "unit",
            c,
            inputs,
            (execution, type) ->
                given -> Passes.of(CachedRecurrence.unit(spec, execution, type), given)),
        new CachedRecurrenceWay(
            "SameDiff op",
            c,
            inputs,
            (execution, type) -> Opening.forced(execution, given -> graph(spec, given))));
  }

  private static CachedRecurrenceSpec spec(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    CachingVariant variant = config.constant("variant", CachingVariant.class);
    config.fixed("variant", c.op().substring(PREFIX.length()));
    BaseMemory memory = config.constant("memory", BaseMemory.class);
    List<Integer> lengths = config.integersOrNull("segment_lengths", 1);
    Integer size = config.integerOrNull("segment_size", 1);
    if (size == null && lengths == null) {
      throw new GoldenFormatException("neither segment_size nor segment_lengths is given");
    }
    config.fixed("online_pool", "causal prefix incl. current token");
    config.fixed("gate_norm", "softmax over cached and online");
    CachingSpec caching =
        new CachingSpec(
            variant,
            Segmentation.CONSTANT,
            size == null ? 1 : size,
            config.constant("state_init", SegmentStart.class),
            c.inputs().containsKey("f") ? RouterFeatures.HIDDEN : RouterFeatures.KEYS,
            config.constant("pooling", RouterPooling.class),
            config.constant("gate_heads", GateHeads.class),
            Math.max(1, config.integer("top_k", variant == CachingVariant.SPARSE ? 1 : 0)),
            0,
            CachePolicy.FAIL);
    CachedRecurrenceSpec spec =
        new CachedRecurrenceSpec(
            memory,
            caching,
            config.number("scale"),
            config.number("gate_scale"),
            lengths == null ? List.of() : lengths);
    config.info("pool_source").requireAllRead();
    return spec;
  }

  /** Names in the order of the unit. */
  private static List<String> inputs(GoldenCase c, CachedRecurrenceSpec spec) {
    String[] names = new String[CachedRecurrenceWay.INPUTS];
    boolean router = spec.caching().hasRouter();
    System.arraycopy(new String[] {"q", "k", "v", router ? "u" : null}, 0, names, 0, FEATURES);
    names[FEATURES] = router && c.inputs().containsKey("f") ? "f" : null;
    List<String> scalars = spec.memory().scalars();
    for (int i = 0; i < scalars.size(); i++) {
      names[SCALARS + i] = scalars.get(i);
    }
    for (int i = 0; i < WEIGHTS.size() && spec.memory().isDeep(); i++) {
      names[FIRST_WEIGHT + i] = WEIGHTS.get(i);
    }
    return Arrays.asList(names);
  }

  private static void requireArrays(GoldenCase c, CachedRecurrenceSpec spec, List<String> inputs) {
    Set<String> known = new LinkedHashSet<>(inputs);
    known.remove(null);
    Set<String> outputs = new LinkedHashSet<>(List.of("o", "gates"));
    if (!spec.memory().isDeep()) {
      outputs.add(CachedRecurrenceWay.CACHED);
    }
    c.requireArrays(known, outputs);
    GoldenArray k = c.inputOfRank(4, "k");
    GoldenArray v = c.inputOfRank(4, "v");
    long[] perHead = {k.size(0), k.size(1), k.size(2)};
    c.input("q", k.shape());
    c.input("v", k.size(0), k.size(1), k.size(2), v.size(3));
    spec.memory().scalars().forEach(name -> c.input(name, perHead));
    if (known.contains("u")) {
      long size = known.contains("f") ? c.inputOfRank(4, "f").size(3) : k.size(3);
      c.input("u", k.size(0), k.size(1), k.size(2), size);
      c.optionalInput("f", k.size(0), k.size(1), k.size(2), size);
    }
    if (spec.memory().isDeep()) {
      long deep = c.inputOfRank(3, "W1_init").size(1);
      c.input("W1_init", k.size(2), deep, k.size(3));
      c.input("W2_init", k.size(2), v.size(3), deep);
    }
  }

  private static Passes graph(CachedRecurrenceSpec spec, Passes.Arguments given) {
    return DeltaGraphs.run(
        given,
        (sd, in) -> {
          int scalars = spec.memory().scalars().size();
          CachedRecurrence.Result result =
              CachedRecurrence.apply(
                  sd,
                  in[0],
                  in[1],
                  in[2],
                  in[3],
                  in[FEATURES],
                  Arrays.asList(in).subList(SCALARS, SCALARS + scalars),
                  Arrays.asList(in).subList(FIRST_WEIGHT, MASK),
                  null,
                  spec);
          List<SDVariable> outputs = new ArrayList<>(List.of(result.outputs(), result.gates()));
          outputs.addAll(result.states());
          return outputs;
        });
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
