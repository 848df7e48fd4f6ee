/** The health of this node in the cluster, in an application with Spring Boot's health module. */
@NullMarked
package io.github.ppool.cluster.health;

import org.jspecify.annotations.NullMarked;
