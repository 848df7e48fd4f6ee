package io.github.ppool.spring.boot.executor;

import io.github.ppool.pool.PoolClient;
import java.util.Arrays;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains a method that can't be called on a pool, and lists the pools. */
class UnusableMethodFailureAnalyzer extends AbstractFailureAnalyzer<UnusableMethodException> {

    private final BeanFactory beans;

    UnusableMethodFailureAnalyzer(BeanFactory beans) {
        this.beans = beans;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableMethodException cause) {
        String[] pools = beans instanceof ListableBeanFactory listable
                ? BeanFactoryUtils.beanNamesForTypeIncludingAncestors(listable, PoolClient.class, true, false)
                : new String[0];
        Arrays.sort(pools);
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                cause.action()
                        + (pools.length == 0
                                ? " There are no pools: ppool.pools.<name>.executor=true makes one for such methods."
                                : " These are the pools: " + String.join(", ", pools) + "."),
                cause);
    }
}
