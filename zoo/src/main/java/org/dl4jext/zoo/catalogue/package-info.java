/** The recurrent layers by the names that commands, saved forecasters and sweeps use. */
package org.dl4jext.zoo.catalogue;
