package io.github.ppool.cluster;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Marks the {@link javax.sql.DataSource} bean that ppool-cluster takes its connections from. The application needs it
 * only if the cluster's tables are in another database than its own, or if its own {@code DataSource} can't be copied
 * without its pool.
 *
 * <p>The bean must not be a pool that the application uses too: heartbeats would wait for the application's statements.
 * Two connections are in use all the time, and one more while an operator asks for the state of the cluster.
 */
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Qualifier
public @interface PpoolClusterDataSource {}
