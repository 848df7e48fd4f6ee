package io.github.ppool.spring.boot.observe;

import io.github.ppool.spring.boot.TreesListener;
import io.github.ppool.supervisor.SupervisorEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes the events of the supervision trees into the journal. */
public final class TreeJournal implements TreesListener {

    private final Journal journal;

    /**
     * Makes the listener.
     *
     * @param journal gets the entries
     */
    public TreeJournal(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void treeStarting(String tree) {
        journal.begins(Subject.tree(tree));
    }

    @Override
    public void treeStopped(String tree) {
        journal.ends(Subject.tree(tree));
    }

    @Override
    public void supervised(String tree, SupervisorEvent event) {
        SupervisorNotes.add(journal, Subject.tree(tree), "", event);
    }

    @Override
    public void supervisedBelow(String tree, String path, SupervisorEvent event) {
        SupervisorNotes.add(journal, Subject.tree(tree), path + "/", event);
    }

    @Override
    public void decided(String tree, String path, String follows, @Nullable Duration in) {
        SupervisorNotes.decided(journal, Subject.tree(tree), path, follows, in);
    }
}
