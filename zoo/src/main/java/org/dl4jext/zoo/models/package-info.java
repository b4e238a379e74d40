/** Model files: safe loading and saving, and the weights that ship with the library. */
package org.dl4jext.zoo.models;
