package io.github.ppool.commons;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.DriverManagerConnectionFactory;
import org.apache.commons.dbcp2.PoolableConnection;
import org.apache.commons.dbcp2.PoolableConnectionFactory;
import org.apache.commons.dbcp2.PoolingDataSource;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ObjectPoolViewTest {

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;

    ObjectPoolViewTest() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
    }

    private static int one(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("select 1")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void a_data_source_of_commons_dbcp_borrows_from_a_pool() throws Exception {
        // tag::dbcp[]
        PoolableConnectionFactory connections = new PoolableConnectionFactory(
                new DriverManagerConnectionFactory("jdbc:h2:mem:orders"), null);
        PooledObjectWorkers<PoolableConnection> workers = new PooledObjectWorkers<>(connections);
        AtomicReference<PoolClient<PoolableConnection>> pool = new AtomicReference<>();
        ObjectPoolView<PoolableConnection> view = ObjectPoolView.of(workers, pool::get);
        connections.setPool(view); // a connection that is closed goes back there
        pool.set(pools.startPool(PoolSpec.builder("orders", workers).size(2).maxOverflow(0).build()));
        DataSource orders = new PoolingDataSource<>(view);
        // end::dbcp[]
        await().untilAsserted(() -> assertThat(view.getNumIdle()).isEqualTo(2));
        try (Connection connection = orders.getConnection()) {
            assertThat(one(connection)).isOne();
            connection.setAutoCommit(false);
            assertThat(view.getNumActive()).isOne();
            assertThat(view.getNumIdle()).isOne();
        }
        assertThat(view.getNumActive()).isZero();
        try (Connection connection = orders.getConnection()) {
            assertThat(connection.getAutoCommit()).as("the factory passivates and activates").isTrue();
        }
    }

    @Test
    void a_broken_connection_of_dbcp_crashes_its_worker_and_a_new_one_comes() throws Exception {
        PoolableConnectionFactory connections = new PoolableConnectionFactory(
                new DriverManagerConnectionFactory("jdbc:h2:mem:broken"), null);
        PooledObjectWorkers<PoolableConnection> workers = new PooledObjectWorkers<>(connections);
        AtomicReference<PoolClient<PoolableConnection>> pool = new AtomicReference<>();
        ObjectPoolView<PoolableConnection> view = ObjectPoolView.of(workers, pool::get);
        connections.setPool(view);
        pool.set(pools.startPool(PoolSpec.builder("broken", workers).size(1).maxOverflow(0).build()));
        PoolableConnection first = view.borrowObject();
        first.getInnermostDelegate().close();
        first.close(); // DBCP invalidates it
        PoolableConnection second = view.borrowObject();
        assertThat(second).isNotSameAs(first);
        assertThat(one(second)).isOne();
        Connection inner = second.getInnermostDelegate();
        second.close();
        assertThat(inner.isClosed()).isFalse();
        pools.close();
        assertThat(inner.isClosed()).as("the factory has destroyed it").isTrue();
        assertThatThrownBy(() -> new PoolingDataSource<>(view).getConnection()).hasRootCauseInstanceOf(
                PoolStoppedException.class);
    }

    /** Workers that are equal to each other, with a factory that fails when it is told to. */
    private static final class Words extends BasePooledObjectFactory<List<String>> {

        private final List<String> calls = new CopyOnWriteArrayList<>();
        private final AtomicInteger made = new AtomicInteger();
        private volatile boolean failing;

        @Override
        public List<String> create() {
            made.incrementAndGet();
            return new CopyOnWriteArrayList<>();
        }

        @Override
        public PooledObject<List<String>> wrap(List<String> words) {
            return new DefaultPooledObject<>(words);
        }

        @Override
        public void activateObject(PooledObject<List<String>> words) {
            calls.add("activate");
            fail();
        }

        @Override
        public void passivateObject(PooledObject<List<String>> words) {
            calls.add("passivate");
            fail();
        }

        @Override
        public void destroyObject(PooledObject<List<String>> words) {
            calls.add("destroy");
        }

        private void fail() {
            if (failing) {
                throw new IllegalStateException("on purpose");
            }
        }
    }

    private final Words words = new Words();

    private ObjectPoolView<List<String>> words(int size) throws InterruptedException {
        PooledObjectWorkers<List<String>> workers = new PooledObjectWorkers<>(words);
        PoolClient<List<String>> pool = pools.startPool(PoolSpec.builder("words", workers).size(size).maxOverflow(0)
                .checkoutTimeout(Duration.ZERO).build());
        await().untilAsserted(() -> assertThat(pool.status().available()).isEqualTo(size));
        return ObjectPoolView.of(workers, () -> pool);
    }

    @Test
    void equal_objects_are_two_and_none_goes_back_twice() throws Exception {
        ObjectPoolView<List<String>> view = words(2);
        List<String> one = view.borrowObject();
        List<String> two = view.borrowObject();
        assertThat(one).isEqualTo(two).isNotSameAs(two);
        assertThatThrownBy(view::borrowObject).isInstanceOf(NoSuchElementException.class)
                .hasCauseInstanceOf(CheckoutTimeoutException.class);
        view.returnObject(one);
        assertThatThrownBy(() -> view.returnObject(one)).isInstanceOf(IllegalStateException.class)
                .hasMessage("the object is not borrowed from this pool, or was given back before");
        assertThatThrownBy(() -> view.invalidateObject(one)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.returnObject(List.of())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.returnObject(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> view.invalidateObject(null)).isInstanceOf(NullPointerException.class);
        assertThat(view.getNumActive()).isOne();
        view.returnObject(two);
        assertThat(words.calls).containsExactly("activate", "activate", "passivate", "passivate");
        assertThatThrownBy(view::addObject).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(view::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void a_worker_that_cannot_be_activated_or_passivated_crashes() throws Exception {
        ObjectPoolView<List<String>> view = words(1);
        words.failing = true;
        assertThatThrownBy(view::borrowObject).isInstanceOf(NoSuchElementException.class)
                .hasRootCauseMessage("on purpose");
        words.failing = false;
        await().untilAsserted(() -> assertThat(view.getNumIdle()).isOne());
        List<String> second = view.borrowObject();
        words.failing = true;
        view.returnObject(second);
        await().untilAsserted(() -> assertThat(view.getNumIdle()).isOne());
        assertThat(words.made).hasValue(3);
        assertThat(words.calls).containsExactly("activate", "destroy", "activate", "passivate", "destroy");
    }

    @Test
    void an_interrupt_is_an_interrupted_exception() throws Exception {
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("one", Object::new).size(1).maxOverflow(0).build());
        ObjectPoolView<Object> view = ObjectPoolView.of(pool);
        Object worker = view.borrowObject();
        Thread.currentThread().interrupt();
        assertThatThrownBy(view::borrowObject).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        view.close();
        assertThatThrownBy(view::borrowObject).isInstanceOf(IllegalStateException.class)
                .hasMessage("the view is closed");
        view.returnObject(worker);
        assertThat(pool.status().available()).isOne();
    }

    @Test
    void objects_of_workers_that_were_lost_are_forgotten() throws Exception {
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("lost", Object::new).size(1).maxOverflow(0).build());
        ObjectPoolView<Object> view = ObjectPoolView.of(pool);
        for (int i = 0; i < 6; i++) { // each time the worker crashes, since the next borrower waits
            Thread borrower = Thread.ofPlatform().start(() -> {
                try {
                    view.borrowObject(); // and its thread ends without giving it back
                } catch (InterruptedException unused) {
                    Thread.currentThread().interrupt();
                }
            });
            borrower.join();
        }
        assertThat(view.borrowedCount()).isLessThanOrEqualTo(3);
    }

    /** A factory that waits where it is told to, and makes no object if it is told to. */
    private static final class Odd extends BasePooledObjectFactory<Object> {

        private final AtomicInteger destroyed = new AtomicInteger();
        private volatile boolean waits;
        private volatile boolean empty;

        @Override
        public Object create() {
            return new Object();
        }

        @Override
        public PooledObject<Object> wrap(Object object) {
            return new DefaultPooledObject<>(empty ? null : object);
        }

        @Override
        public void activateObject(PooledObject<Object> object) throws Exception {
            pause();
        }

        @Override
        public void passivateObject(PooledObject<Object> object) throws Exception {
            pause();
        }

        @Override
        public void destroyObject(PooledObject<Object> object) {
            destroyed.incrementAndGet();
        }

        private void pause() throws InterruptedException {
            if (waits) {
                Thread.sleep(60_000); // an interrupt of the borrower ends it
            }
        }
    }

    @Test
    void an_interrupt_while_the_factory_works_is_not_lost() throws Exception {
        Odd odd = new Odd();
        PooledObjectWorkers<Object> workers = new PooledObjectWorkers<>(odd);
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("odd", workers).size(1).maxOverflow(0).build());
        ObjectPoolView<Object> view = ObjectPoolView.of(workers, () -> pool);
        Object worker = view.borrowObject();
        odd.waits = true;
        Thread.currentThread().interrupt();
        view.returnObject(worker);
        assertThat(Thread.interrupted()).as("passivateObject was interrupted").isTrue();
        await().untilAsserted(() -> assertThat(pool.status().available()).isOne());
        AtomicReference<Throwable> told = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread borrower = Thread.ofPlatform().start(() -> {
            try {
                view.borrowObject();
            } catch (Throwable thrown) {
                told.set(thrown);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        await().untilAsserted(() -> assertThat(borrower.getState()).isEqualTo(Thread.State.TIMED_WAITING));
        borrower.interrupt();
        borrower.join();
        assertThat(told.get()).as("activateObject was interrupted").isInstanceOf(InterruptedException.class);
        assertThat(flag).as("the exception stands for the flag").isFalse();
        odd.waits = false;
        await().untilAsserted(() -> assertThat(pool.status().available()).isOne());
        assertThat(odd.destroyed).hasValue(2);
    }

    @Test
    void what_makes_no_object_is_destroyed() throws Exception {
        Odd odd = new Odd();
        odd.empty = true;
        PooledObjectWorkers<Object> workers = new PooledObjectWorkers<>(odd);
        assertThatThrownBy(workers::create).isInstanceOf(NullPointerException.class)
                .hasMessage("makeObject must not make null");
        assertThat(odd.destroyed).hasValue(1);
    }

    @Test
    void an_object_that_two_workers_share_is_lent_once() throws Exception {
        Object shared = new Object();
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("shared", () -> shared).size(2).maxOverflow(0)
                .build());
        ObjectPoolView<Object> view = ObjectPoolView.of(pool);
        assertThat(view.borrowObject()).isSameAs(shared);
        assertThatThrownBy(view::borrowObject).isInstanceOf(IllegalStateException.class)
                .hasMessage("two workers must be two objects,"
                        + " but two workers of the pool 'shared' are the same object");
        assertThat(pool.status().checkedOut()).isOne();
        view.returnObject(shared);
        assertThat(pool.status().checkedOut()).isZero();
        assertThat(view.borrowObject()).isSameAs(shared);
        view.returnObject(shared);
        assertThatThrownBy(() -> view.returnObject(shared)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.invalidateObject(shared)).isInstanceOf(IllegalStateException.class);
        assertThat(pool.status().available()).isEqualTo(2);
    }

    @Test
    void only_the_api_of_the_pools_is_used_and_the_package_is_null_marked() {
        classes().should().onlyDependOnClassesThat().resideInAnyPackage("java..", "io.github.ppool.pool",
                "io.github.ppool.commons", "org.apache.commons.pool2", "org.jspecify.annotations..")
                .check(new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.github.ppool.commons"));
        assertThat(ObjectPoolView.class.getPackage().isAnnotationPresent(NullMarked.class)).isTrue();
    }

    @Test
    void the_documentation_shows_this_code() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "commons-pool2.md"));
        Matcher region = Pattern.compile("// tag::dbcp\\[]\n(.*?)\n *// end::dbcp\\[]", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("src/test/java/io/github/ppool/commons/ObjectPoolViewTest.java")));
        assertThat(region.find()).isTrue();
        assertThat(page).contains("```java\n" + region.group(1).stripIndent() + "\n```");
    }
}
