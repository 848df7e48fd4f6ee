/**
 * The lifecycle of pools and supervision trees: starts and stops them with the application, and starts pools later, on
 * their first use or by an operator.
 *
 * <p>Internal: types are public only because the package {@code autoconfigure} uses them. An application must not use
 * them; they may change in any release.
 */
@NullMarked
package io.github.ppool.spring.boot.lifecycle;

import org.jspecify.annotations.NullMarked;
