/** What a run leaves behind: a folder of files that appear together, and a page to read. */
package org.dl4jext.zoo.report;
