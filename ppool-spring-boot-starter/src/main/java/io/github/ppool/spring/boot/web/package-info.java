/** The HTTP status of requests that a pool has refused. */
@NullMarked
package io.github.ppool.spring.boot.web;

import org.jspecify.annotations.NullMarked;
