/** Data of a running application for an operator: the journal, the history of the last minutes, and snapshots. */
@NullMarked
package io.github.ppool.spring.boot.observe;

import org.jspecify.annotations.NullMarked;
