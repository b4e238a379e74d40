/**
 * Hyperparameter search with Arbiter: spaces over the options of any layer of this library, a task
 * creator, score functions, and generators. The layers themselves work without Arbiter.
 */
package org.dl4jext.recurrent.arbiter;
