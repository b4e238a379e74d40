package org.dl4jext.contract;

import org.dl4jext.samediff.Spec;

/**
 * Options of the {@link ToyLayer}.
 *
 * @param auxiliaryWeight factor on the mean square of the outputs
 * @param keepProbability of the dropout inside the layer
 */
public record ToySpec(double auxiliaryWeight, double keepProbability) implements Spec<ToySpec> {}
