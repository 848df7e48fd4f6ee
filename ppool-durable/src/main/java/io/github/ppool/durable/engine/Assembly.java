package io.github.ppool.durable.engine;

import io.github.ppool.pool.PoolClient;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The parts of the engine, put together. They have no threads: each of them is given its turns. */
final class Assembly implements Results.Ready {

    private final Parts parts;
    private final Claims claims = new Claims();
    private final Results results;
    private final Endings endings;
    private final Doubts doubts;
    private final Stager stager;
    private final Schedules schedules;
    private final Beat beat;
    private final LostNodes lostNodes;
    private final Audit audit;
    private final Janitor janitor;
    private final Drain drain;
    private final Map<String, PoolFeed> feeds = new LinkedHashMap<>();
    private volatile boolean prepared;

    @SuppressWarnings("this-escape") // the parts call it in their turns only
    Assembly(Parts parts, Function<String, Optional<? extends PoolClient<?>>> pools,
            Collection<TaskHandler> handlers) {
        this.parts = parts;
        this.results = new Results(claims, this);
        this.doubts = new Doubts(parts, results);
        this.endings = new Endings(parts, doubts);
        doubts.tellAgainTo(endings);
        this.stager = new Stager(parts, this);
        this.schedules = new Schedules(parts, this, handlers);
        this.beat = new Beat(parts, claims);
        this.audit = new Audit(parts, claims);
        this.janitor = new Janitor(parts);
        Plans plans = new Plans(parts);
        this.lostNodes = new LostNodes(parts, claims, plans, endings);
        HandlerRun runs = new HandlerRun(parts);
        Dispatch dispatch = new Dispatch(results, plans, endings, doubts);
        HandOver handOver = new HandOver(parts, runs, dispatch);
        for (TaskHandler handler : handlers) {
            feeds.computeIfAbsent(handler.pool(), pool -> new PoolFeed(
                    parts, pool, pools, claims, results.counters(pool), endings, handOver, this::isPrepared))
                    .add(handler);
        }
        feeds.values().forEach(dispatch::add);
        this.drain = new Drain(parts, pools, runs, plans, results, schedules);
    }

    @Override
    public void ready(String pool) {
        PoolFeed feed = feeds.get(pool);
        if (feed != null) {
            feed.wake();
        }
    }

    @Override
    public void due(Duration delay) {
        stager.due(delay);
    }

    /** Prepares the tables once; no statement uses them before. */
    long prepare() {
        if (!prepared) {
            parts.own().prepare();
            prepared = true;
            // Wake-ups that came before have been in vain.
            feeds.values().forEach(PoolFeed::wake);
        }
        return Loop.UNTIL_WOKEN;
    }

    boolean isPrepared() {
        return prepared;
    }

    /** True if this node has no task any more. */
    boolean isAllTold() {
        return claims.isEmpty()
                && endings.size() == 0
                && doubts.isEmpty()
                && feeds.values().stream().allMatch(PoolFeed::hasGivenBack);
    }

    int drain() {
        return drain.run(feeds.values());
    }

    Parts parts() {
        return parts;
    }

    Claims claims() {
        return claims;
    }

    Results results() {
        return results;
    }

    Endings endings() {
        return endings;
    }

    Doubts doubts() {
        return doubts;
    }

    Stager stager() {
        return stager;
    }

    Schedules schedules() {
        return schedules;
    }

    Beat beat() {
        return beat;
    }

    LostNodes lostNodes() {
        return lostNodes;
    }

    Audit audit() {
        return audit;
    }

    Janitor janitor() {
        return janitor;
    }

    Map<String, PoolFeed> feeds() {
        return feeds;
    }
}
