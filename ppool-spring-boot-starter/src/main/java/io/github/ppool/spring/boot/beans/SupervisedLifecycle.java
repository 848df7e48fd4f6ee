package io.github.ppool.spring.boot.beans;

import io.github.ppool.process.ProcessContext;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.context.SmartLifecycle;

/**
 * Watches a {@link SmartLifecycle} while Spring expects it to run. This bean depends on the watched bean and has the
 * same phase, so Spring starts it afterwards and stops it before. A bean that Spring stops is therefore not mistaken
 * for one that has died.
 */
final class SupervisedLifecycle implements SmartLifecycle {

    /** The longest time until a death is noticed. A check has hardly a cost. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final String name;
    private final SmartLifecycle bean;
    // Held while the bean is restarted, so that Spring waits for that restart before it stops the bean.
    private final ReentrantLock starting = new ReentrantLock();
    private volatile boolean expected;

    SupervisedLifecycle(String name, SmartLifecycle bean) {
        this.name = name;
        this.bean = bean;
    }

    /** The body of the supervised process: starts the bean if it died before, and ends with a failure when it dies. */
    void watch(ProcessContext self) throws InterruptedException {
        startIfDown();
        while (!isDown()) {
            self.sleep(LOOK);
        }
        throw new IllegalStateException("the bean '" + name + "' has stopped running by itself");
    }

    private void startIfDown() {
        starting.lock();
        try {
            if (isDown()) {
                bean.start();
            }
        } finally {
            starting.unlock();
        }
    }

    private boolean isDown() {
        return expected && !bean.isRunning();
    }

    @Override
    public void start() {
        expected = true;
    }

    @Override
    public void stop() {
        starting.lock();
        try {
            expected = false;
        } finally {
            starting.unlock();
        }
    }

    @Override
    public boolean isRunning() {
        return expected;
    }

    @Override
    public int getPhase() {
        return bean.getPhase();
    }

    @Override
    public boolean isAutoStartup() {
        return bean.isAutoStartup();
    }

    @Override
    public boolean isPauseable() {
        return bean.isPauseable();
    }
}
