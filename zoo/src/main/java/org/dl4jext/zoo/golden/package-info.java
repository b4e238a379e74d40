/**
 * Golden cases: small inputs with known outputs and gradients, read from the format that {@code
 * docs/golden-cases.md} describes and run through every form of an operation that exists.
 */
package org.dl4jext.zoo.golden;
