package org.dl4jext.zoo.models;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The classes that a configuration may name: those that DL4J's own configurations are made of, by
 * package, and those of this library.
 */
final class AllowedClasses {

  private static final Set<String> PACKAGES =
      Set.of(
          "org.deeplearning4j.nn.conf.constraint",
          "org.deeplearning4j.nn.conf.distribution",
          "org.deeplearning4j.nn.conf.dropout",
          "org.deeplearning4j.nn.conf.graph",
          "org.deeplearning4j.nn.conf.graph.rnn",
          "org.deeplearning4j.nn.conf.inputs",
          "org.deeplearning4j.nn.conf.layers",
          "org.deeplearning4j.nn.conf.layers.convolutional",
          "org.deeplearning4j.nn.conf.layers.misc",
          "org.deeplearning4j.nn.conf.layers.objdetect",
          "org.deeplearning4j.nn.conf.layers.recurrent",
          "org.deeplearning4j.nn.conf.layers.samediff",
          "org.deeplearning4j.nn.conf.layers.util",
          "org.deeplearning4j.nn.conf.layers.variational",
          "org.deeplearning4j.nn.conf.layers.wrapper",
          "org.deeplearning4j.nn.conf.misc",
          "org.deeplearning4j.nn.conf.ocnn",
          "org.deeplearning4j.nn.conf.preprocessor",
          "org.deeplearning4j.nn.conf.stepfunctions",
          "org.deeplearning4j.nn.conf.weightnoise",
          "org.deeplearning4j.nn.weights",
          "org.deeplearning4j.nn.weights.embeddings",
          "org.nd4j.linalg.activations.impl",
          "org.nd4j.linalg.learning.config",
          "org.nd4j.linalg.learning.regularization",
          "org.nd4j.linalg.lossfunctions.impl",
          "org.nd4j.linalg.schedule");

  private static final List<String> OURS = List.of("org.dl4jext.recurrent.", "org.dl4jext.zoo.");

  private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*(\\.[A-Za-z_][\\w$]*)+");

  private AllowedClasses() {}

  static boolean allows(String name, Set<String> more) {
    if (more.contains(name)) {
      return true;
    }
    return NAME.matcher(name).matches()
        && (PACKAGES.contains(name.substring(0, name.lastIndexOf('.')))
            || OURS.stream().anyMatch(name::startsWith));
  }
}
