/** What an operator sees of an application that runs: the journal, the history of the last minutes, and one snapshot. */
@NullMarked
package io.github.ppool.spring.boot.observe;

import org.jspecify.annotations.NullMarked;
