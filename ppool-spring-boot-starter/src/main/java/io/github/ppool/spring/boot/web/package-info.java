/** HTTP status for requests that a pool has turned away. */
@NullMarked
package io.github.ppool.spring.boot.web;

import org.jspecify.annotations.NullMarked;
