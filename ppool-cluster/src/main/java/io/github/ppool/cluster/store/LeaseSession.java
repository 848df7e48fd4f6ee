package io.github.ppool.cluster.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/**
 * A session of a {@link LeaseStore}. One thread at a time may use it. Each method is one transaction: it happens as a
 * whole or not at all, and other sessions see it at one moment. Each method may throw {@link LeaseStoreException}: then
 * the effect may have happened or not, and the session is only to be closed.
 */
public interface LeaseSession extends AutoCloseable {

    /** The longest text of a ledger. */
    int LONGEST_LEDGER = 1_000_000;

    /**
     * Checks that the tables are there, in the version that this library needs.
     *
     * @throws LeaseSchemaException if they are not
     */
    void checkSchema();

    /**
     * Adds a node. Its lease begins now.
     *
     * @param node the node, which is new
     * @param lease the length of the lease
     * @param draining true if the node is marked as draining from the beginning
     */
    void join(NodeId node, Duration lease, boolean draining);

    /**
     * Renews the lease of a node: it ends a lease after now. While the cluster is at rest, the heartbeat of a node
     * makes only this call.
     *
     * @param node the node
     * @param lease the length of the lease
     * @return the news for the node; empty if its lease has ended or a node has taken it over: then it is lost for ever
     */
    Optional<Renewal> renew(NodeId node, Duration lease);

    /**
     * Takes dead nodes over, the lease of which has ended: their permits become free, and they exist no longer. Nodes
     * that another session is just taking over or renewing are left out.
     *
     * @param batch the largest number of nodes, the first expired first
     * @param rest the time for which their permits rest before a node can acquire them; zero for none
     * @return the nodes that were taken over
     */
    List<NodeId> takeOver(int batch, Duration rest);

    /**
     * Removes a node that leaves in good order. Its permits are free at once.
     *
     * @param node the node; one that does not exist is ignored
     */
    void leave(NodeId node);

    /**
     * Makes the permits of a name exist. Existing ones stay as they are.
     *
     * @param name the name
     * @param limit the number of permits, at least one
     */
    void prepare(String name, int limit);

    /**
     * Acquires free permits that do not rest. Never waits for another session.
     *
     * @param node the node that gets them
     * @param name the name
     * @param limit the number of permits that all nodes may hold together. With a smaller limit than that of other
     *     nodes, no permit is acquired while as many as this limit are held
     * @param count the largest number of permits, at least one
     * @param unlessWanted true if no permit is to be acquired while another node has a wish for that name
     * @return the permits; fewer than asked for, or none, if no more are free, or the lease of the node has ended
     */
    List<Permit> acquire(NodeId node, String name, int limit, int count, boolean unlessWanted);

    /**
     * Gives permits back. A permit that the node does not hold any more with that token is left alone.
     *
     * @param node the node that held them
     * @param permits the permits
     * @return the number of permits that the node held and that are free now
     */
    int release(NodeId node, Collection<Permit> permits);

    /**
     * Returns all permits that a node holds. A node compares them with its own books after a call has failed.
     *
     * @param node the node
     * @return the permits, ordered by name and slot
     */
    List<Permit> held(NodeId node);

    /**
     * Records wishes: how many more permits the node wants. The holders learn of them with their heartbeats.
     *
     * @param node the node; no row is recorded for a dead one
     * @param wanted the number of further permits for each name; zero removes the wish. Other names keep theirs
     */
    void wish(NodeId node, Map<String, Integer> wanted);

    /**
     * Returns the nodes that hold or want permits of a name.
     *
     * @param name the name
     * @return the nodes, ordered by their ids
     */
    List<Claim> claims(String name);

    /**
     * Asks the holders of a name's permits to hand them over. The holder finds the name in its {@link Renewal}; the
     * mark ends when the permit is released.
     *
     * @param name the name
     * @return the number of holders
     */
    int requestHandOver(String name);

    /**
     * Sets or removes the draining mark of nodes.
     *
     * @param node the name of the nodes
     * @param draining the mark
     * @return the number of nodes of that name
     */
    int drain(String node, boolean draining);

    /**
     * Reads the ledger of a rate: a text that one node after the other replaces. The store does not read it.
     *
     * @param name the name
     * @return the ledger, with the time of the store
     */
    LedgerRow ledger(String name);

    /**
     * Replaces the ledger of a rate, unless another node has done so since it was read. Two nodes never replace
     * the same version.
     *
     * @param name the name
     * @param version the version that was read, zero to make the ledger
     * @param text the new text, at most {@value #LONGEST_LEDGER} characters
     * @return false if the ledger has another version by now: the call has no effect
     */
    boolean replaceLedger(String name, long version, String text);

    /**
     * Reads all ledgers, for people.
     *
     * @return the ledgers by their names, in order
     */
    SortedMap<String, LedgerRow> ledgers();

    /**
     * Asks each node whose lease has not ended to run a broadcast. Nodes that join later are not asked. Has no effect
     * if the store has a broadcast of that id.
     *
     * @param broadcast the broadcast
     * @param begin the time after now in which nodes may begin
     * @param keep the time after now for which the store keeps the broadcast and its answers
     * @param most the largest number of nodes
     * @return the number of nodes with a lease; if it is more than the largest number, no row is recorded
     */
    int sendBroadcast(BroadcastRequest broadcast, Duration begin, Duration keep, int most);

    /**
     * Returns the broadcasts that a node may still begin, and to which it has not answered.
     *
     * @param node the node
     * @return the broadcasts, in the order in which they were sent
     */
    List<BroadcastRequest> broadcasts(NodeId node);

    /**
     * Answers a broadcast. The first answer of a node counts.
     *
     * @param id the id of the broadcast
     * @param node the node that was asked
     * @param answer the answer, at most {@value BroadcastRequest#LONGEST_ANSWER} characters
     * @return false if the node has answered before, or was not asked, or the broadcast exists no longer
     */
    boolean answerBroadcast(UUID id, NodeId node, String answer);

    /**
     * Returns the nodes that a broadcast asks.
     *
     * @param id the id of the broadcast
     * @return the nodes with their answers so far, ordered by their ids
     */
    List<BroadcastAnswer> broadcastAnswers(UUID id);

    /**
     * Ends a broadcast: no node begins it any more. Its answers stay as long as its sender has said.
     *
     * @param id the id of the broadcast; one that does not exist is ignored
     */
    void endBroadcast(UUID id);

    /**
     * Removes the broadcasts whose time to be kept is over.
     *
     * @return their number
     */
    int removeBroadcasts();

    /**
     * Reads all broadcasts, for people.
     *
     * @return the broadcasts, the latest first
     */
    List<BroadcastRow> allBroadcasts();

    /**
     * Reads all other rows, for people.
     *
     * @return the rows
     */
    LeaseSnapshot snapshot();

    /** Closes the session. Never throws. */
    @Override
    void close();
}
