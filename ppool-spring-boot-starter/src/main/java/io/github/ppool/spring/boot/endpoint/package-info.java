/**
 * The actuator endpoint {@code ppool}. Begin with {@code PoolEndpoint}, which has the operations. {@code PoolAction}
 * and {@code TaskAction} list the actions of an operator.
 *
 * <p>A class for each part of the endpoint answers: {@code PoolControl} for pools, {@code ChildControl} for the
 * children of a supervisor, {@code TreeControl} for trees and processes, {@code ClusterControl}, {@code
 * DurableControl}, and {@code ObserveControl} for pages that show the application live. Classes with the ending {@code
 * Descriptor} are the answers.
 */
@NullMarked
package io.github.ppool.spring.boot.endpoint;

import org.jspecify.annotations.NullMarked;
