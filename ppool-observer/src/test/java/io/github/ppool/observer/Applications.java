package io.github.ppool.observer;

import io.github.ppool.observer.BusyApplication.Night;
import io.github.ppool.observer.TestServer.Extra;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;

/**
 * The applications that several classes of tests look at. The first test that wants one starts it, and it ends with the
 * virtual machine. A test that changes one brings it back.
 */
final class Applications {

    private static @Nullable TestServer busy;
    private static @Nullable TestServer shop;

    private Applications() {}

    /** The application in the middle of a bad night, which may only be looked at. */
    static synchronized TestServer busy() {
        if (busy == null) {
            busy = TestServer.start(
                    WebApplicationType.SERVLET, BusyApplication.class, "spring.application.name=reminders");
            busy.context().getBean(Night.class).fall();
        }
        return busy;
    }

    /** The shop behind its login, with all actions, as the node {@code host-1} of its cluster. */
    static synchronized TestServer shop() {
        if (shop == null) {
            shop = TestServer.start(WebApplicationType.SERVLET, ObserverActionsTest.Secured.class,
                    EnumSet.of(Extra.SECURITY, Extra.DATABASE), shopSettings("host-1"));
        }
        return shop;
    }

    /** Another node of the shop's cluster, without a server. The caller closes it. */
    static TestServer neighbour(String node) {
        return TestServer.start(
                WebApplicationType.NONE, ShopApplication.class, EnumSet.of(Extra.DATABASE), shopSettings(node));
    }

    private static String[] shopSettings(String node) {
        return ShopApplication.settings("shop", node).toArray(String[]::new);
    }
}
