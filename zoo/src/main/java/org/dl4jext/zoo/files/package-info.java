/** Files that are written whole or not at all. */
package org.dl4jext.zoo.files;
