package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.process.ExitReason;
import io.github.ppool.spring.boot.ClusterScope;
import io.github.ppool.spring.boot.ClusterTree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A cluster that decides as the test says. */
public final class ManualScope implements ClusterScope {

    final Map<String, ClusterTree> trees = new ConcurrentHashMap<>();
    final List<String> left = new CopyOnWriteArrayList<>();
    final LinkedBlockingQueue<ExitReason> givenUp = new LinkedBlockingQueue<>();

    @Override
    public void enter(ClusterTree tree) {
        trees.put(tree.name(), tree);
    }

    @Override
    public void leave(ClusterTree tree, Duration atMost) throws InterruptedException {
        tree.stop(atMost);
        left.add(tree.name());
    }

    /** The trees that have entered, by name. */
    public Map<String, ClusterTree> trees() {
        return trees;
    }

    /** This node gets a tree. */
    public void win(String tree, Object group) throws InterruptedException {
        trees.get(tree).start(group, givenUp::add);
    }

    /** This node loses a tree. */
    public void lose(String tree, Duration atMost) throws InterruptedException {
        trees.get(tree).stop(atMost);
    }
}
