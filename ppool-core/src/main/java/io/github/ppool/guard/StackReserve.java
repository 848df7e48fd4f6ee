package io.github.ppool.guard;

import org.jspecify.annotations.Nullable;

/**
 * Makes sure that the calling thread has stack left for the library's next steps. A {@link StackOverflowError} between
 * two steps that belong together would leave the first one done and the second one not: a lock held, a worker lost, a
 * wake-up lost. The error comes here instead, before the first step, and the operation has no effect.
 *
 * <p>Steps are nested, and a step within another one must not be refused, because the earlier part is done already. So
 * each kind of step reserves more than the kinds that it may lead to. A message leads to no other step. The end of a
 * process leads to messages, a decision under a lock leads to ends, and an operation takes the lock more than once. The
 * consequences of an end take a pool's lock without another check.
 *
 * <p>The JDK reserves stack for its own classes with an annotation that only they may use. Other code can rely on
 * HotSpot's check of a method's whole interpreter frame at its entry. The interpreter checks because it needs that
 * frame. Compiled code checks because it may fall back to the interpreter, which must not overflow. So each method here
 * declares local variables of eight bytes, in two slots each, and uses none of them. Compiled code pays for the check
 * with a write to each of some more pages of the stack. A caller into which the method is inlined pays once, at its own
 * entry: about half a nanosecond. A frequent path must not write to more than six pages: lines of that distance share
 * one set of the processor's cache, which has eight (ADR 18).
 *
 * <p>Within that many bytes below the caller no method of the library overflows, provided that its classes are loaded:
 * loading a class may need more.
 *
 * <p>The branch at the end is never taken. It stores into an array, since an array's index may be wrong. So each
 * compiler keeps a way back to the interpreter within this method, wherever the method is inlined. Without one, the
 * first compiler (C1 without profiles) drops the frame.
 */
public final class StackReserve {

    static final int MESSAGE = 6 * 1_024;
    static final int CHECKOUT = 12 * 1_024;
    static final int SIGNAL = 12 * 1_024;
    static final int LOCK = 18 * 1_024;
    static final int OPERATION = 24 * 1_024;

    private static int @Nullable [] nothing; // always null, but the compilers don't know

    private StackReserve() {}

    /**
     * Returns if there is stack for a message or an answer and its wake-up: {@value #MESSAGE} bytes. Any thread; does
     * not block and has no side effect.
     *
     * @throws StackOverflowError if there is less
     */
    @SuppressWarnings("unused") // the variables are the purpose of this method
    public static void forMessage() {
        long l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l0a, l0b, l0c, l0d, l0e, l0f, l0g, l0h, l0i, l0j;
        long l0k, l0l, l0m, l0n, l0o, l0p, l0q, l0r, l0s, l0t, l0u, l0v, l0w, l0x, l0y, l0z, l10, l11, l12, l13;
        long l14, l15, l16, l17, l18, l19, l1a, l1b, l1c, l1d, l1e, l1f, l1g, l1h, l1i, l1j, l1k, l1l, l1m, l1n;
        long l1o, l1p, l1q, l1r, l1s, l1t, l1u, l1v, l1w, l1x, l1y, l1z, l20, l21, l22, l23, l24, l25, l26, l27;
        long l28, l29, l2a, l2b, l2c, l2d, l2e, l2f, l2g, l2h, l2i, l2j, l2k, l2l, l2m, l2n, l2o, l2p, l2q, l2r;
        long l2s, l2t, l2u, l2v, l2w, l2x, l2y, l2z, l30, l31, l32, l33, l34, l35, l36, l37, l38, l39, l3a, l3b;
        long l3c, l3d, l3e, l3f, l3g, l3h, l3i, l3j, l3k, l3l, l3m, l3n, l3o, l3p, l3q, l3r, l3s, l3t, l3u, l3v;
        long l3w, l3x, l3y, l3z, l40, l41, l42, l43, l44, l45, l46, l47, l48, l49, l4a, l4b, l4c, l4d, l4e, l4f;
        long l4g, l4h, l4i, l4j, l4k, l4l, l4m, l4n, l4o, l4p, l4q, l4r, l4s, l4t, l4u, l4v, l4w, l4x, l4y, l4z;
        long l50, l51, l52, l53, l54, l55, l56, l57, l58, l59, l5a, l5b, l5c, l5d, l5e, l5f, l5g, l5h, l5i, l5j;
        long l5k, l5l, l5m, l5n, l5o, l5p, l5q, l5r, l5s, l5t, l5u, l5v, l5w, l5x, l5y, l5z, l60, l61, l62, l63;
        long l64, l65, l66, l67, l68, l69, l6a, l6b, l6c, l6d, l6e, l6f, l6g, l6h, l6i, l6j, l6k, l6l, l6m, l6n;
        long l6o, l6p, l6q, l6r, l6s, l6t, l6u, l6v, l6w, l6x, l6y, l6z, l70, l71, l72, l73, l74, l75, l76, l77;
        long l78, l79, l7a, l7b, l7c, l7d, l7e, l7f, l7g, l7h, l7i, l7j, l7k, l7l, l7m, l7n, l7o, l7p, l7q, l7r;
        long l7s, l7t, l7u, l7v, l7w, l7x, l7y, l7z, l80, l81, l82, l83, l84, l85, l86, l87, l88, l89, l8a, l8b;
        long l8c, l8d, l8e, l8f, l8g, l8h, l8i, l8j, l8k, l8l, l8m, l8n, l8o, l8p, l8q, l8r, l8s, l8t, l8u, l8v;
        long l8w, l8x, l8y, l8z, l90, l91, l92, l93, l94, l95, l96, l97, l98, l99, l9a, l9b, l9c, l9d, l9e, l9f;
        long l9g, l9h, l9i, l9j, l9k, l9l, l9m, l9n, l9o, l9p, l9q, l9r, l9s, l9t, l9u, l9v, l9w, l9x, l9y, l9z;
        long la0, la1, la2, la3, la4, la5, la6, la7, la8, la9, laa, lab, lac, lad, lae, laf, lag, lah, lai, laj;
        long lak, lal, lam, lan;
        int[] none = nothing;
        if (none != null) {
            // compiled code returns to the interpreter here, and so provides for the frame: C1 if the index is wrong
            none[0] = 0;
        }
    }

    /**
     * Returns if there is stack for the end of a process and all its consequences for watchers: {@value #SIGNAL} bytes.
     * Any thread; does not block and has no side effect.
     *
     * @throws StackOverflowError if there is less
     */
    @SuppressWarnings("unused") // the variables are the purpose of this method
    public static void forSignal() {
        long l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l0a, l0b, l0c, l0d, l0e, l0f, l0g, l0h, l0i, l0j;
        long l0k, l0l, l0m, l0n, l0o, l0p, l0q, l0r, l0s, l0t, l0u, l0v, l0w, l0x, l0y, l0z, l10, l11, l12, l13;
        long l14, l15, l16, l17, l18, l19, l1a, l1b, l1c, l1d, l1e, l1f, l1g, l1h, l1i, l1j, l1k, l1l, l1m, l1n;
        long l1o, l1p, l1q, l1r, l1s, l1t, l1u, l1v, l1w, l1x, l1y, l1z, l20, l21, l22, l23, l24, l25, l26, l27;
        long l28, l29, l2a, l2b, l2c, l2d, l2e, l2f, l2g, l2h, l2i, l2j, l2k, l2l, l2m, l2n, l2o, l2p, l2q, l2r;
        long l2s, l2t, l2u, l2v, l2w, l2x, l2y, l2z, l30, l31, l32, l33, l34, l35, l36, l37, l38, l39, l3a, l3b;
        long l3c, l3d, l3e, l3f, l3g, l3h, l3i, l3j, l3k, l3l, l3m, l3n, l3o, l3p, l3q, l3r, l3s, l3t, l3u, l3v;
        long l3w, l3x, l3y, l3z, l40, l41, l42, l43, l44, l45, l46, l47, l48, l49, l4a, l4b, l4c, l4d, l4e, l4f;
        long l4g, l4h, l4i, l4j, l4k, l4l, l4m, l4n, l4o, l4p, l4q, l4r, l4s, l4t, l4u, l4v, l4w, l4x, l4y, l4z;
        long l50, l51, l52, l53, l54, l55, l56, l57, l58, l59, l5a, l5b, l5c, l5d, l5e, l5f, l5g, l5h, l5i, l5j;
        long l5k, l5l, l5m, l5n, l5o, l5p, l5q, l5r, l5s, l5t, l5u, l5v, l5w, l5x, l5y, l5z, l60, l61, l62, l63;
        long l64, l65, l66, l67, l68, l69, l6a, l6b, l6c, l6d, l6e, l6f, l6g, l6h, l6i, l6j, l6k, l6l, l6m, l6n;
        long l6o, l6p, l6q, l6r, l6s, l6t, l6u, l6v, l6w, l6x, l6y, l6z, l70, l71, l72, l73, l74, l75, l76, l77;
        long l78, l79, l7a, l7b, l7c, l7d, l7e, l7f, l7g, l7h, l7i, l7j, l7k, l7l, l7m, l7n, l7o, l7p, l7q, l7r;
        long l7s, l7t, l7u, l7v, l7w, l7x, l7y, l7z, l80, l81, l82, l83, l84, l85, l86, l87, l88, l89, l8a, l8b;
        long l8c, l8d, l8e, l8f, l8g, l8h, l8i, l8j, l8k, l8l, l8m, l8n, l8o, l8p, l8q, l8r, l8s, l8t, l8u, l8v;
        long l8w, l8x, l8y, l8z, l90, l91, l92, l93, l94, l95, l96, l97, l98, l99, l9a, l9b, l9c, l9d, l9e, l9f;
        long l9g, l9h, l9i, l9j, l9k, l9l, l9m, l9n, l9o, l9p, l9q, l9r, l9s, l9t, l9u, l9v, l9w, l9x, l9y, l9z;
        long la0, la1, la2, la3, la4, la5, la6, la7, la8, la9, laa, lab, lac, lad, lae, laf, lag, lah, lai, laj;
        long lak, lal, lam, lan, lao, lap, laq, lar, las, lat, lau, lav, law, lax, lay, laz, lb0, lb1, lb2, lb3;
        long lb4, lb5, lb6, lb7, lb8, lb9, lba, lbb, lbc, lbd, lbe, lbf, lbg, lbh, lbi, lbj, lbk, lbl, lbm, lbn;
        long lbo, lbp, lbq, lbr, lbs, lbt, lbu, lbv, lbw, lbx, lby, lbz, lc0, lc1, lc2, lc3, lc4, lc5, lc6, lc7;
        long lc8, lc9, lca, lcb, lcc, lcd, lce, lcf, lcg, lch, lci, lcj, lck, lcl, lcm, lcn, lco, lcp, lcq, lcr;
        long lcs, lct, lcu, lcv, lcw, lcx, lcy, lcz, ld0, ld1, ld2, ld3, ld4, ld5, ld6, ld7, ld8, ld9, lda, ldb;
        long ldc, ldd, lde, ldf, ldg, ldh, ldi, ldj, ldk, ldl, ldm, ldn, ldo, ldp, ldq, ldr, lds, ldt, ldu, ldv;
        long ldw, ldx, ldy, ldz, le0, le1, le2, le3, le4, le5, le6, le7, le8, le9, lea, leb, lec, led, lee, lef;
        long leg, leh, lei, lej, lek, lel, lem, len, leo, lep, leq, ler, les, let, leu, lev, lew, lex, ley, lez;
        long lf0, lf1, lf2, lf3, lf4, lf5, lf6, lf7, lf8, lf9, lfa, lfb, lfc, lfd, lfe, lff, lfg, lfh, lfi, lfj;
        long lfk, lfl, lfm, lfn, lfo, lfp, lfq, lfr, lfs, lft, lfu, lfv, lfw, lfx, lfy, lfz, lg0, lg1, lg2, lg3;
        long lg4, lg5, lg6, lg7, lg8, lg9, lga, lgb, lgc, lgd, lge, lgf, lgg, lgh, lgi, lgj, lgk, lgl, lgm, lgn;
        long lgo, lgp, lgq, lgr, lgs, lgt, lgu, lgv, lgw, lgx, lgy, lgz, lh0, lh1, lh2, lh3, lh4, lh5, lh6, lh7;
        long lh8, lh9, lha, lhb, lhc, lhd, lhe, lhf, lhg, lhh, lhi, lhj, lhk, lhl, lhm, lhn, lho, lhp, lhq, lhr;
        long lhs, lht, lhu, lhv, lhw, lhx, lhy, lhz, li0, li1, li2, li3, li4, li5, li6, li7, li8, li9, lia, lib;
        long lic, lid, lie, lif, lig, lih, lii, lij, lik, lil, lim, lin, lio, lip, liq, lir, lis, lit, liu, liv;
        long liw, lix, liy, liz, lj0, lj1, lj2, lj3, lj4, lj5, lj6, lj7, lj8, lj9, lja, ljb, ljc, ljd, lje, ljf;
        long ljg, ljh, lji, ljj, ljk, ljl, ljm, ljn, ljo, ljp, ljq, ljr, ljs, ljt, lju, ljv, ljw, ljx, ljy, ljz;
        long lk0, lk1, lk2, lk3, lk4, lk5, lk6, lk7, lk8, lk9, lka, lkb, lkc, lkd, lke, lkf, lkg, lkh, lki, lkj;
        long lkk, lkl, lkm, lkn, lko, lkp, lkq, lkr, lks, lkt, lku, lkv, lkw, lkx, lky, lkz, ll0, ll1, ll2, ll3;
        long ll4, ll5, ll6, ll7, ll8, ll9, lla, llb;
        int[] none = nothing;
        if (none != null) {
            // compiled code returns to the interpreter here, and so provides for the frame: C1 if the index is wrong
            none[0] = 0;
        }
    }

    /**
     * Returns if there is stack for a decision under a lock, or for another process, and for its consequences: {@value
     * #LOCK} bytes. Any thread; does not block and has no side effect.
     *
     * @throws StackOverflowError if there is less
     */
    @SuppressWarnings("unused") // the variables are the purpose of this method
    public static void forLock() {
        long l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l0a, l0b, l0c, l0d, l0e, l0f, l0g, l0h, l0i, l0j;
        long l0k, l0l, l0m, l0n, l0o, l0p, l0q, l0r, l0s, l0t, l0u, l0v, l0w, l0x, l0y, l0z, l10, l11, l12, l13;
        long l14, l15, l16, l17, l18, l19, l1a, l1b, l1c, l1d, l1e, l1f, l1g, l1h, l1i, l1j, l1k, l1l, l1m, l1n;
        long l1o, l1p, l1q, l1r, l1s, l1t, l1u, l1v, l1w, l1x, l1y, l1z, l20, l21, l22, l23, l24, l25, l26, l27;
        long l28, l29, l2a, l2b, l2c, l2d, l2e, l2f, l2g, l2h, l2i, l2j, l2k, l2l, l2m, l2n, l2o, l2p, l2q, l2r;
        long l2s, l2t, l2u, l2v, l2w, l2x, l2y, l2z, l30, l31, l32, l33, l34, l35, l36, l37, l38, l39, l3a, l3b;
        long l3c, l3d, l3e, l3f, l3g, l3h, l3i, l3j, l3k, l3l, l3m, l3n, l3o, l3p, l3q, l3r, l3s, l3t, l3u, l3v;
        long l3w, l3x, l3y, l3z, l40, l41, l42, l43, l44, l45, l46, l47, l48, l49, l4a, l4b, l4c, l4d, l4e, l4f;
        long l4g, l4h, l4i, l4j, l4k, l4l, l4m, l4n, l4o, l4p, l4q, l4r, l4s, l4t, l4u, l4v, l4w, l4x, l4y, l4z;
        long l50, l51, l52, l53, l54, l55, l56, l57, l58, l59, l5a, l5b, l5c, l5d, l5e, l5f, l5g, l5h, l5i, l5j;
        long l5k, l5l, l5m, l5n, l5o, l5p, l5q, l5r, l5s, l5t, l5u, l5v, l5w, l5x, l5y, l5z, l60, l61, l62, l63;
        long l64, l65, l66, l67, l68, l69, l6a, l6b, l6c, l6d, l6e, l6f, l6g, l6h, l6i, l6j, l6k, l6l, l6m, l6n;
        long l6o, l6p, l6q, l6r, l6s, l6t, l6u, l6v, l6w, l6x, l6y, l6z, l70, l71, l72, l73, l74, l75, l76, l77;
        long l78, l79, l7a, l7b, l7c, l7d, l7e, l7f, l7g, l7h, l7i, l7j, l7k, l7l, l7m, l7n, l7o, l7p, l7q, l7r;
        long l7s, l7t, l7u, l7v, l7w, l7x, l7y, l7z, l80, l81, l82, l83, l84, l85, l86, l87, l88, l89, l8a, l8b;
        long l8c, l8d, l8e, l8f, l8g, l8h, l8i, l8j, l8k, l8l, l8m, l8n, l8o, l8p, l8q, l8r, l8s, l8t, l8u, l8v;
        long l8w, l8x, l8y, l8z, l90, l91, l92, l93, l94, l95, l96, l97, l98, l99, l9a, l9b, l9c, l9d, l9e, l9f;
        long l9g, l9h, l9i, l9j, l9k, l9l, l9m, l9n, l9o, l9p, l9q, l9r, l9s, l9t, l9u, l9v, l9w, l9x, l9y, l9z;
        long la0, la1, la2, la3, la4, la5, la6, la7, la8, la9, laa, lab, lac, lad, lae, laf, lag, lah, lai, laj;
        long lak, lal, lam, lan, lao, lap, laq, lar, las, lat, lau, lav, law, lax, lay, laz, lb0, lb1, lb2, lb3;
        long lb4, lb5, lb6, lb7, lb8, lb9, lba, lbb, lbc, lbd, lbe, lbf, lbg, lbh, lbi, lbj, lbk, lbl, lbm, lbn;
        long lbo, lbp, lbq, lbr, lbs, lbt, lbu, lbv, lbw, lbx, lby, lbz, lc0, lc1, lc2, lc3, lc4, lc5, lc6, lc7;
        long lc8, lc9, lca, lcb, lcc, lcd, lce, lcf, lcg, lch, lci, lcj, lck, lcl, lcm, lcn, lco, lcp, lcq, lcr;
        long lcs, lct, lcu, lcv, lcw, lcx, lcy, lcz, ld0, ld1, ld2, ld3, ld4, ld5, ld6, ld7, ld8, ld9, lda, ldb;
        long ldc, ldd, lde, ldf, ldg, ldh, ldi, ldj, ldk, ldl, ldm, ldn, ldo, ldp, ldq, ldr, lds, ldt, ldu, ldv;
        long ldw, ldx, ldy, ldz, le0, le1, le2, le3, le4, le5, le6, le7, le8, le9, lea, leb, lec, led, lee, lef;
        long leg, leh, lei, lej, lek, lel, lem, len, leo, lep, leq, ler, les, let, leu, lev, lew, lex, ley, lez;
        long lf0, lf1, lf2, lf3, lf4, lf5, lf6, lf7, lf8, lf9, lfa, lfb, lfc, lfd, lfe, lff, lfg, lfh, lfi, lfj;
        long lfk, lfl, lfm, lfn, lfo, lfp, lfq, lfr, lfs, lft, lfu, lfv, lfw, lfx, lfy, lfz, lg0, lg1, lg2, lg3;
        long lg4, lg5, lg6, lg7, lg8, lg9, lga, lgb, lgc, lgd, lge, lgf, lgg, lgh, lgi, lgj, lgk, lgl, lgm, lgn;
        long lgo, lgp, lgq, lgr, lgs, lgt, lgu, lgv, lgw, lgx, lgy, lgz, lh0, lh1, lh2, lh3, lh4, lh5, lh6, lh7;
        long lh8, lh9, lha, lhb, lhc, lhd, lhe, lhf, lhg, lhh, lhi, lhj, lhk, lhl, lhm, lhn, lho, lhp, lhq, lhr;
        long lhs, lht, lhu, lhv, lhw, lhx, lhy, lhz, li0, li1, li2, li3, li4, li5, li6, li7, li8, li9, lia, lib;
        long lic, lid, lie, lif, lig, lih, lii, lij, lik, lil, lim, lin, lio, lip, liq, lir, lis, lit, liu, liv;
        long liw, lix, liy, liz, lj0, lj1, lj2, lj3, lj4, lj5, lj6, lj7, lj8, lj9, lja, ljb, ljc, ljd, lje, ljf;
        long ljg, ljh, lji, ljj, ljk, ljl, ljm, ljn, ljo, ljp, ljq, ljr, ljs, ljt, lju, ljv, ljw, ljx, ljy, ljz;
        long lk0, lk1, lk2, lk3, lk4, lk5, lk6, lk7, lk8, lk9, lka, lkb, lkc, lkd, lke, lkf, lkg, lkh, lki, lkj;
        long lkk, lkl, lkm, lkn, lko, lkp, lkq, lkr, lks, lkt, lku, lkv, lkw, lkx, lky, lkz, ll0, ll1, ll2, ll3;
        long ll4, ll5, ll6, ll7, ll8, ll9, lla, llb, llc, lld, lle, llf, llg, llh, lli, llj, llk, lll, llm, lln;
        long llo, llp, llq, llr, lls, llt, llu, llv, llw, llx, lly, llz, lm0, lm1, lm2, lm3, lm4, lm5, lm6, lm7;
        long lm8, lm9, lma, lmb, lmc, lmd, lme, lmf, lmg, lmh, lmi, lmj, lmk, lml, lmm, lmn, lmo, lmp, lmq, lmr;
        long lms, lmt, lmu, lmv, lmw, lmx, lmy, lmz, ln0, ln1, ln2, ln3, ln4, ln5, ln6, ln7, ln8, ln9, lna, lnb;
        long lnc, lnd, lne, lnf, lng, lnh, lni, lnj, lnk, lnl, lnm, lnn, lno, lnp, lnq, lnr, lns, lnt, lnu, lnv;
        long lnw, lnx, lny, lnz, lo0, lo1, lo2, lo3, lo4, lo5, lo6, lo7, lo8, lo9, loa, lob, loc, lod, loe, lof;
        long log, loh, loi, loj, lok, lol, lom, lon, loo, lop, loq, lor, los, lot, lou, lov, low, lox, loy, loz;
        long lp0, lp1, lp2, lp3, lp4, lp5, lp6, lp7, lp8, lp9, lpa, lpb, lpc, lpd, lpe, lpf, lpg, lph, lpi, lpj;
        long lpk, lpl, lpm, lpn, lpo, lpp, lpq, lpr, lps, lpt, lpu, lpv, lpw, lpx, lpy, lpz, lq0, lq1, lq2, lq3;
        long lq4, lq5, lq6, lq7, lq8, lq9, lqa, lqb, lqc, lqd, lqe, lqf, lqg, lqh, lqi, lqj, lqk, lql, lqm, lqn;
        long lqo, lqp, lqq, lqr, lqs, lqt, lqu, lqv, lqw, lqx, lqy, lqz, lr0, lr1, lr2, lr3, lr4, lr5, lr6, lr7;
        long lr8, lr9, lra, lrb, lrc, lrd, lre, lrf, lrg, lrh, lri, lrj, lrk, lrl, lrm, lrn, lro, lrp, lrq, lrr;
        long lrs, lrt, lru, lrv, lrw, lrx, lry, lrz, ls0, ls1, ls2, ls3, ls4, ls5, ls6, ls7, ls8, ls9, lsa, lsb;
        long lsc, lsd, lse, lsf, lsg, lsh, lsi, lsj, lsk, lsl, lsm, lsn, lso, lsp, lsq, lsr, lss, lst, lsu, lsv;
        long lsw, lsx, lsy, lsz, lt0, lt1, lt2, lt3, lt4, lt5, lt6, lt7, lt8, lt9, lta, ltb, ltc, ltd, lte, ltf;
        long ltg, lth, lti, ltj, ltk, ltl, ltm, ltn, lto, ltp, ltq, ltr, lts, ltt, ltu, ltv, ltw, ltx, lty, ltz;
        long lu0, lu1, lu2, lu3, lu4, lu5, lu6, lu7, lu8, lu9, lua, lub, luc, lud, lue, luf, lug, luh, lui, luj;
        long luk, lul, lum, lun, luo, lup, luq, lur, lus, lut, luu, luv, luw, lux, luy, luz, lv0, lv1, lv2, lv3;
        long lv4, lv5, lv6, lv7, lv8, lv9, lva, lvb, lvc, lvd, lve, lvf, lvg, lvh, lvi, lvj, lvk, lvl, lvm, lvn;
        long lvo, lvp, lvq, lvr, lvs, lvt, lvu, lvv, lvw, lvx, lvy, lvz;
        int[] none = nothing;
        if (none != null) {
            // compiled code returns to the interpreter here, and so provides for the frame: C1 if the index is wrong
            none[0] = 0;
        }
    }

    /**
     * Returns if there is stack for an operation that takes a lock after it has begun, or whose opposite must be
     * possible afterwards: {@value #OPERATION} bytes. Any thread; does not block and has no side effect.
     *
     * @throws StackOverflowError if there is less
     */
    @SuppressWarnings("unused") // the variables are the purpose of this method
    public static void forOperation() {
        long l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l0a, l0b, l0c, l0d, l0e, l0f, l0g, l0h, l0i, l0j;
        long l0k, l0l, l0m, l0n, l0o, l0p, l0q, l0r, l0s, l0t, l0u, l0v, l0w, l0x, l0y, l0z, l10, l11, l12, l13;
        long l14, l15, l16, l17, l18, l19, l1a, l1b, l1c, l1d, l1e, l1f, l1g, l1h, l1i, l1j, l1k, l1l, l1m, l1n;
        long l1o, l1p, l1q, l1r, l1s, l1t, l1u, l1v, l1w, l1x, l1y, l1z, l20, l21, l22, l23, l24, l25, l26, l27;
        long l28, l29, l2a, l2b, l2c, l2d, l2e, l2f, l2g, l2h, l2i, l2j, l2k, l2l, l2m, l2n, l2o, l2p, l2q, l2r;
        long l2s, l2t, l2u, l2v, l2w, l2x, l2y, l2z, l30, l31, l32, l33, l34, l35, l36, l37, l38, l39, l3a, l3b;
        long l3c, l3d, l3e, l3f, l3g, l3h, l3i, l3j, l3k, l3l, l3m, l3n, l3o, l3p, l3q, l3r, l3s, l3t, l3u, l3v;
        long l3w, l3x, l3y, l3z, l40, l41, l42, l43, l44, l45, l46, l47, l48, l49, l4a, l4b, l4c, l4d, l4e, l4f;
        long l4g, l4h, l4i, l4j, l4k, l4l, l4m, l4n, l4o, l4p, l4q, l4r, l4s, l4t, l4u, l4v, l4w, l4x, l4y, l4z;
        long l50, l51, l52, l53, l54, l55, l56, l57, l58, l59, l5a, l5b, l5c, l5d, l5e, l5f, l5g, l5h, l5i, l5j;
        long l5k, l5l, l5m, l5n, l5o, l5p, l5q, l5r, l5s, l5t, l5u, l5v, l5w, l5x, l5y, l5z, l60, l61, l62, l63;
        long l64, l65, l66, l67, l68, l69, l6a, l6b, l6c, l6d, l6e, l6f, l6g, l6h, l6i, l6j, l6k, l6l, l6m, l6n;
        long l6o, l6p, l6q, l6r, l6s, l6t, l6u, l6v, l6w, l6x, l6y, l6z, l70, l71, l72, l73, l74, l75, l76, l77;
        long l78, l79, l7a, l7b, l7c, l7d, l7e, l7f, l7g, l7h, l7i, l7j, l7k, l7l, l7m, l7n, l7o, l7p, l7q, l7r;
        long l7s, l7t, l7u, l7v, l7w, l7x, l7y, l7z, l80, l81, l82, l83, l84, l85, l86, l87, l88, l89, l8a, l8b;
        long l8c, l8d, l8e, l8f, l8g, l8h, l8i, l8j, l8k, l8l, l8m, l8n, l8o, l8p, l8q, l8r, l8s, l8t, l8u, l8v;
        long l8w, l8x, l8y, l8z, l90, l91, l92, l93, l94, l95, l96, l97, l98, l99, l9a, l9b, l9c, l9d, l9e, l9f;
        long l9g, l9h, l9i, l9j, l9k, l9l, l9m, l9n, l9o, l9p, l9q, l9r, l9s, l9t, l9u, l9v, l9w, l9x, l9y, l9z;
        long la0, la1, la2, la3, la4, la5, la6, la7, la8, la9, laa, lab, lac, lad, lae, laf, lag, lah, lai, laj;
        long lak, lal, lam, lan, lao, lap, laq, lar, las, lat, lau, lav, law, lax, lay, laz, lb0, lb1, lb2, lb3;
        long lb4, lb5, lb6, lb7, lb8, lb9, lba, lbb, lbc, lbd, lbe, lbf, lbg, lbh, lbi, lbj, lbk, lbl, lbm, lbn;
        long lbo, lbp, lbq, lbr, lbs, lbt, lbu, lbv, lbw, lbx, lby, lbz, lc0, lc1, lc2, lc3, lc4, lc5, lc6, lc7;
        long lc8, lc9, lca, lcb, lcc, lcd, lce, lcf, lcg, lch, lci, lcj, lck, lcl, lcm, lcn, lco, lcp, lcq, lcr;
        long lcs, lct, lcu, lcv, lcw, lcx, lcy, lcz, ld0, ld1, ld2, ld3, ld4, ld5, ld6, ld7, ld8, ld9, lda, ldb;
        long ldc, ldd, lde, ldf, ldg, ldh, ldi, ldj, ldk, ldl, ldm, ldn, ldo, ldp, ldq, ldr, lds, ldt, ldu, ldv;
        long ldw, ldx, ldy, ldz, le0, le1, le2, le3, le4, le5, le6, le7, le8, le9, lea, leb, lec, led, lee, lef;
        long leg, leh, lei, lej, lek, lel, lem, len, leo, lep, leq, ler, les, let, leu, lev, lew, lex, ley, lez;
        long lf0, lf1, lf2, lf3, lf4, lf5, lf6, lf7, lf8, lf9, lfa, lfb, lfc, lfd, lfe, lff, lfg, lfh, lfi, lfj;
        long lfk, lfl, lfm, lfn, lfo, lfp, lfq, lfr, lfs, lft, lfu, lfv, lfw, lfx, lfy, lfz, lg0, lg1, lg2, lg3;
        long lg4, lg5, lg6, lg7, lg8, lg9, lga, lgb, lgc, lgd, lge, lgf, lgg, lgh, lgi, lgj, lgk, lgl, lgm, lgn;
        long lgo, lgp, lgq, lgr, lgs, lgt, lgu, lgv, lgw, lgx, lgy, lgz, lh0, lh1, lh2, lh3, lh4, lh5, lh6, lh7;
        long lh8, lh9, lha, lhb, lhc, lhd, lhe, lhf, lhg, lhh, lhi, lhj, lhk, lhl, lhm, lhn, lho, lhp, lhq, lhr;
        long lhs, lht, lhu, lhv, lhw, lhx, lhy, lhz, li0, li1, li2, li3, li4, li5, li6, li7, li8, li9, lia, lib;
        long lic, lid, lie, lif, lig, lih, lii, lij, lik, lil, lim, lin, lio, lip, liq, lir, lis, lit, liu, liv;
        long liw, lix, liy, liz, lj0, lj1, lj2, lj3, lj4, lj5, lj6, lj7, lj8, lj9, lja, ljb, ljc, ljd, lje, ljf;
        long ljg, ljh, lji, ljj, ljk, ljl, ljm, ljn, ljo, ljp, ljq, ljr, ljs, ljt, lju, ljv, ljw, ljx, ljy, ljz;
        long lk0, lk1, lk2, lk3, lk4, lk5, lk6, lk7, lk8, lk9, lka, lkb, lkc, lkd, lke, lkf, lkg, lkh, lki, lkj;
        long lkk, lkl, lkm, lkn, lko, lkp, lkq, lkr, lks, lkt, lku, lkv, lkw, lkx, lky, lkz, ll0, ll1, ll2, ll3;
        long ll4, ll5, ll6, ll7, ll8, ll9, lla, llb, llc, lld, lle, llf, llg, llh, lli, llj, llk, lll, llm, lln;
        long llo, llp, llq, llr, lls, llt, llu, llv, llw, llx, lly, llz, lm0, lm1, lm2, lm3, lm4, lm5, lm6, lm7;
        long lm8, lm9, lma, lmb, lmc, lmd, lme, lmf, lmg, lmh, lmi, lmj, lmk, lml, lmm, lmn, lmo, lmp, lmq, lmr;
        long lms, lmt, lmu, lmv, lmw, lmx, lmy, lmz, ln0, ln1, ln2, ln3, ln4, ln5, ln6, ln7, ln8, ln9, lna, lnb;
        long lnc, lnd, lne, lnf, lng, lnh, lni, lnj, lnk, lnl, lnm, lnn, lno, lnp, lnq, lnr, lns, lnt, lnu, lnv;
        long lnw, lnx, lny, lnz, lo0, lo1, lo2, lo3, lo4, lo5, lo6, lo7, lo8, lo9, loa, lob, loc, lod, loe, lof;
        long log, loh, loi, loj, lok, lol, lom, lon, loo, lop, loq, lor, los, lot, lou, lov, low, lox, loy, loz;
        long lp0, lp1, lp2, lp3, lp4, lp5, lp6, lp7, lp8, lp9, lpa, lpb, lpc, lpd, lpe, lpf, lpg, lph, lpi, lpj;
        long lpk, lpl, lpm, lpn, lpo, lpp, lpq, lpr, lps, lpt, lpu, lpv, lpw, lpx, lpy, lpz, lq0, lq1, lq2, lq3;
        long lq4, lq5, lq6, lq7, lq8, lq9, lqa, lqb, lqc, lqd, lqe, lqf, lqg, lqh, lqi, lqj, lqk, lql, lqm, lqn;
        long lqo, lqp, lqq, lqr, lqs, lqt, lqu, lqv, lqw, lqx, lqy, lqz, lr0, lr1, lr2, lr3, lr4, lr5, lr6, lr7;
        long lr8, lr9, lra, lrb, lrc, lrd, lre, lrf, lrg, lrh, lri, lrj, lrk, lrl, lrm, lrn, lro, lrp, lrq, lrr;
        long lrs, lrt, lru, lrv, lrw, lrx, lry, lrz, ls0, ls1, ls2, ls3, ls4, ls5, ls6, ls7, ls8, ls9, lsa, lsb;
        long lsc, lsd, lse, lsf, lsg, lsh, lsi, lsj, lsk, lsl, lsm, lsn, lso, lsp, lsq, lsr, lss, lst, lsu, lsv;
        long lsw, lsx, lsy, lsz, lt0, lt1, lt2, lt3, lt4, lt5, lt6, lt7, lt8, lt9, lta, ltb, ltc, ltd, lte, ltf;
        long ltg, lth, lti, ltj, ltk, ltl, ltm, ltn, lto, ltp, ltq, ltr, lts, ltt, ltu, ltv, ltw, ltx, lty, ltz;
        long lu0, lu1, lu2, lu3, lu4, lu5, lu6, lu7, lu8, lu9, lua, lub, luc, lud, lue, luf, lug, luh, lui, luj;
        long luk, lul, lum, lun, luo, lup, luq, lur, lus, lut, luu, luv, luw, lux, luy, luz, lv0, lv1, lv2, lv3;
        long lv4, lv5, lv6, lv7, lv8, lv9, lva, lvb, lvc, lvd, lve, lvf, lvg, lvh, lvi, lvj, lvk, lvl, lvm, lvn;
        long lvo, lvp, lvq, lvr, lvs, lvt, lvu, lvv, lvw, lvx, lvy, lvz, lw0, lw1, lw2, lw3, lw4, lw5, lw6, lw7;
        long lw8, lw9, lwa, lwb, lwc, lwd, lwe, lwf, lwg, lwh, lwi, lwj, lwk, lwl, lwm, lwn, lwo, lwp, lwq, lwr;
        long lws, lwt, lwu, lwv, lww, lwx, lwy, lwz, lx0, lx1, lx2, lx3, lx4, lx5, lx6, lx7, lx8, lx9, lxa, lxb;
        long lxc, lxd, lxe, lxf, lxg, lxh, lxi, lxj, lxk, lxl, lxm, lxn, lxo, lxp, lxq, lxr, lxs, lxt, lxu, lxv;
        long lxw, lxx, lxy, lxz, ly0, ly1, ly2, ly3, ly4, ly5, ly6, ly7, ly8, ly9, lya, lyb, lyc, lyd, lye, lyf;
        long lyg, lyh, lyi, lyj, lyk, lyl, lym, lyn, lyo, lyp, lyq, lyr, lys, lyt, lyu, lyv, lyw, lyx, lyy, lyz;
        long lz0, lz1, lz2, lz3, lz4, lz5, lz6, lz7, lz8, lz9, lza, lzb, lzc, lzd, lze, lzf, lzg, lzh, lzi, lzj;
        long lzk, lzl, lzm, lzn, lzo, lzp, lzq, lzr, lzs, lzt, lzu, lzv, lzw, lzx, lzy, lzz, l100, l101, l102, l103;
        long l104, l105, l106, l107, l108, l109, l10a, l10b, l10c, l10d, l10e, l10f, l10g, l10h, l10i, l10j, l10k, l10l,
                l10m, l10n;
        long l10o, l10p, l10q, l10r, l10s, l10t, l10u, l10v, l10w, l10x, l10y, l10z, l110, l111, l112, l113, l114, l115,
                l116, l117;
        long l118, l119, l11a, l11b, l11c, l11d, l11e, l11f, l11g, l11h, l11i, l11j, l11k, l11l, l11m, l11n, l11o, l11p,
                l11q, l11r;
        long l11s, l11t, l11u, l11v, l11w, l11x, l11y, l11z, l120, l121, l122, l123, l124, l125, l126, l127, l128, l129,
                l12a, l12b;
        long l12c, l12d, l12e, l12f, l12g, l12h, l12i, l12j, l12k, l12l, l12m, l12n, l12o, l12p, l12q, l12r, l12s, l12t,
                l12u, l12v;
        long l12w, l12x, l12y, l12z, l130, l131, l132, l133, l134, l135, l136, l137, l138, l139, l13a, l13b, l13c, l13d,
                l13e, l13f;
        long l13g, l13h, l13i, l13j, l13k, l13l, l13m, l13n, l13o, l13p, l13q, l13r, l13s, l13t, l13u, l13v, l13w, l13x,
                l13y, l13z;
        long l140, l141, l142, l143, l144, l145, l146, l147, l148, l149, l14a, l14b, l14c, l14d, l14e, l14f, l14g, l14h,
                l14i, l14j;
        long l14k, l14l, l14m, l14n, l14o, l14p, l14q, l14r, l14s, l14t, l14u, l14v, l14w, l14x, l14y, l14z, l150, l151,
                l152, l153;
        long l154, l155, l156, l157, l158, l159, l15a, l15b, l15c, l15d, l15e, l15f, l15g, l15h, l15i, l15j, l15k, l15l,
                l15m, l15n;
        long l15o, l15p, l15q, l15r, l15s, l15t, l15u, l15v, l15w, l15x, l15y, l15z, l160, l161, l162, l163, l164, l165,
                l166, l167;
        long l168, l169, l16a, l16b, l16c, l16d, l16e, l16f, l16g, l16h, l16i, l16j, l16k, l16l, l16m, l16n;
        int[] none = nothing;
        if (none != null) {
            // compiled code returns to the interpreter here, and so provides for the frame: C1 if the index is wrong
            none[0] = 0;
        }
    }

    /**
     * As {@link #forLock}, but no compiler inlines this method, because there is too much code at its end. So the pages
     * are written only by a call, and the caller may catch the error. With {@link #forLock}, compiled code would throw
     * the error at the entry of the outermost inlined method. Any thread; does not block and has no side effect.
     *
     * @throws StackOverflowError if there is less
     */
    @SuppressWarnings("unused") // the variables are the purpose of this method
    public static void forLockApart() {
        long l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l0a, l0b, l0c, l0d, l0e, l0f, l0g, l0h, l0i, l0j;
        long l0k, l0l, l0m, l0n, l0o, l0p, l0q, l0r, l0s, l0t, l0u, l0v, l0w, l0x, l0y, l0z, l10, l11, l12, l13;
        long l14, l15, l16, l17, l18, l19, l1a, l1b, l1c, l1d, l1e, l1f, l1g, l1h, l1i, l1j, l1k, l1l, l1m, l1n;
        long l1o, l1p, l1q, l1r, l1s, l1t, l1u, l1v, l1w, l1x, l1y, l1z, l20, l21, l22, l23, l24, l25, l26, l27;
        long l28, l29, l2a, l2b, l2c, l2d, l2e, l2f, l2g, l2h, l2i, l2j, l2k, l2l, l2m, l2n, l2o, l2p, l2q, l2r;
        long l2s, l2t, l2u, l2v, l2w, l2x, l2y, l2z, l30, l31, l32, l33, l34, l35, l36, l37, l38, l39, l3a, l3b;
        long l3c, l3d, l3e, l3f, l3g, l3h, l3i, l3j, l3k, l3l, l3m, l3n, l3o, l3p, l3q, l3r, l3s, l3t, l3u, l3v;
        long l3w, l3x, l3y, l3z, l40, l41, l42, l43, l44, l45, l46, l47, l48, l49, l4a, l4b, l4c, l4d, l4e, l4f;
        long l4g, l4h, l4i, l4j, l4k, l4l, l4m, l4n, l4o, l4p, l4q, l4r, l4s, l4t, l4u, l4v, l4w, l4x, l4y, l4z;
        long l50, l51, l52, l53, l54, l55, l56, l57, l58, l59, l5a, l5b, l5c, l5d, l5e, l5f, l5g, l5h, l5i, l5j;
        long l5k, l5l, l5m, l5n, l5o, l5p, l5q, l5r, l5s, l5t, l5u, l5v, l5w, l5x, l5y, l5z, l60, l61, l62, l63;
        long l64, l65, l66, l67, l68, l69, l6a, l6b, l6c, l6d, l6e, l6f, l6g, l6h, l6i, l6j, l6k, l6l, l6m, l6n;
        long l6o, l6p, l6q, l6r, l6s, l6t, l6u, l6v, l6w, l6x, l6y, l6z, l70, l71, l72, l73, l74, l75, l76, l77;
        long l78, l79, l7a, l7b, l7c, l7d, l7e, l7f, l7g, l7h, l7i, l7j, l7k, l7l, l7m, l7n, l7o, l7p, l7q, l7r;
        long l7s, l7t, l7u, l7v, l7w, l7x, l7y, l7z, l80, l81, l82, l83, l84, l85, l86, l87, l88, l89, l8a, l8b;
        long l8c, l8d, l8e, l8f, l8g, l8h, l8i, l8j, l8k, l8l, l8m, l8n, l8o, l8p, l8q, l8r, l8s, l8t, l8u, l8v;
        long l8w, l8x, l8y, l8z, l90, l91, l92, l93, l94, l95, l96, l97, l98, l99, l9a, l9b, l9c, l9d, l9e, l9f;
        long l9g, l9h, l9i, l9j, l9k, l9l, l9m, l9n, l9o, l9p, l9q, l9r, l9s, l9t, l9u, l9v, l9w, l9x, l9y, l9z;
        long la0, la1, la2, la3, la4, la5, la6, la7, la8, la9, laa, lab, lac, lad, lae, laf, lag, lah, lai, laj;
        long lak, lal, lam, lan, lao, lap, laq, lar, las, lat, lau, lav, law, lax, lay, laz, lb0, lb1, lb2, lb3;
        long lb4, lb5, lb6, lb7, lb8, lb9, lba, lbb, lbc, lbd, lbe, lbf, lbg, lbh, lbi, lbj, lbk, lbl, lbm, lbn;
        long lbo, lbp, lbq, lbr, lbs, lbt, lbu, lbv, lbw, lbx, lby, lbz, lc0, lc1, lc2, lc3, lc4, lc5, lc6, lc7;
        long lc8, lc9, lca, lcb, lcc, lcd, lce, lcf, lcg, lch, lci, lcj, lck, lcl, lcm, lcn, lco, lcp, lcq, lcr;
        long lcs, lct, lcu, lcv, lcw, lcx, lcy, lcz, ld0, ld1, ld2, ld3, ld4, ld5, ld6, ld7, ld8, ld9, lda, ldb;
        long ldc, ldd, lde, ldf, ldg, ldh, ldi, ldj, ldk, ldl, ldm, ldn, ldo, ldp, ldq, ldr, lds, ldt, ldu, ldv;
        long ldw, ldx, ldy, ldz, le0, le1, le2, le3, le4, le5, le6, le7, le8, le9, lea, leb, lec, led, lee, lef;
        long leg, leh, lei, lej, lek, lel, lem, len, leo, lep, leq, ler, les, let, leu, lev, lew, lex, ley, lez;
        long lf0, lf1, lf2, lf3, lf4, lf5, lf6, lf7, lf8, lf9, lfa, lfb, lfc, lfd, lfe, lff, lfg, lfh, lfi, lfj;
        long lfk, lfl, lfm, lfn, lfo, lfp, lfq, lfr, lfs, lft, lfu, lfv, lfw, lfx, lfy, lfz, lg0, lg1, lg2, lg3;
        long lg4, lg5, lg6, lg7, lg8, lg9, lga, lgb, lgc, lgd, lge, lgf, lgg, lgh, lgi, lgj, lgk, lgl, lgm, lgn;
        long lgo, lgp, lgq, lgr, lgs, lgt, lgu, lgv, lgw, lgx, lgy, lgz, lh0, lh1, lh2, lh3, lh4, lh5, lh6, lh7;
        long lh8, lh9, lha, lhb, lhc, lhd, lhe, lhf, lhg, lhh, lhi, lhj, lhk, lhl, lhm, lhn, lho, lhp, lhq, lhr;
        long lhs, lht, lhu, lhv, lhw, lhx, lhy, lhz, li0, li1, li2, li3, li4, li5, li6, li7, li8, li9, lia, lib;
        long lic, lid, lie, lif, lig, lih, lii, lij, lik, lil, lim, lin, lio, lip, liq, lir, lis, lit, liu, liv;
        long liw, lix, liy, liz, lj0, lj1, lj2, lj3, lj4, lj5, lj6, lj7, lj8, lj9, lja, ljb, ljc, ljd, lje, ljf;
        long ljg, ljh, lji, ljj, ljk, ljl, ljm, ljn, ljo, ljp, ljq, ljr, ljs, ljt, lju, ljv, ljw, ljx, ljy, ljz;
        long lk0, lk1, lk2, lk3, lk4, lk5, lk6, lk7, lk8, lk9, lka, lkb, lkc, lkd, lke, lkf, lkg, lkh, lki, lkj;
        long lkk, lkl, lkm, lkn, lko, lkp, lkq, lkr, lks, lkt, lku, lkv, lkw, lkx, lky, lkz, ll0, ll1, ll2, ll3;
        long ll4, ll5, ll6, ll7, ll8, ll9, lla, llb, llc, lld, lle, llf, llg, llh, lli, llj, llk, lll, llm, lln;
        long llo, llp, llq, llr, lls, llt, llu, llv, llw, llx, lly, llz, lm0, lm1, lm2, lm3, lm4, lm5, lm6, lm7;
        long lm8, lm9, lma, lmb, lmc, lmd, lme, lmf, lmg, lmh, lmi, lmj, lmk, lml, lmm, lmn, lmo, lmp, lmq, lmr;
        long lms, lmt, lmu, lmv, lmw, lmx, lmy, lmz, ln0, ln1, ln2, ln3, ln4, ln5, ln6, ln7, ln8, ln9, lna, lnb;
        long lnc, lnd, lne, lnf, lng, lnh, lni, lnj, lnk, lnl, lnm, lnn, lno, lnp, lnq, lnr, lns, lnt, lnu, lnv;
        long lnw, lnx, lny, lnz, lo0, lo1, lo2, lo3, lo4, lo5, lo6, lo7, lo8, lo9, loa, lob, loc, lod, loe, lof;
        long log, loh, loi, loj, lok, lol, lom, lon, loo, lop, loq, lor, los, lot, lou, lov, low, lox, loy, loz;
        long lp0, lp1, lp2, lp3, lp4, lp5, lp6, lp7, lp8, lp9, lpa, lpb, lpc, lpd, lpe, lpf, lpg, lph, lpi, lpj;
        long lpk, lpl, lpm, lpn, lpo, lpp, lpq, lpr, lps, lpt, lpu, lpv, lpw, lpx, lpy, lpz, lq0, lq1, lq2, lq3;
        long lq4, lq5, lq6, lq7, lq8, lq9, lqa, lqb, lqc, lqd, lqe, lqf, lqg, lqh, lqi, lqj, lqk, lql, lqm, lqn;
        long lqo, lqp, lqq, lqr, lqs, lqt, lqu, lqv, lqw, lqx, lqy, lqz, lr0, lr1, lr2, lr3, lr4, lr5, lr6, lr7;
        long lr8, lr9, lra, lrb, lrc, lrd, lre, lrf, lrg, lrh, lri, lrj, lrk, lrl, lrm, lrn, lro, lrp, lrq, lrr;
        long lrs, lrt, lru, lrv, lrw, lrx, lry, lrz, ls0, ls1, ls2, ls3, ls4, ls5, ls6, ls7, ls8, ls9, lsa, lsb;
        long lsc, lsd, lse, lsf, lsg, lsh, lsi, lsj, lsk, lsl, lsm, lsn, lso, lsp, lsq, lsr, lss, lst, lsu, lsv;
        long lsw, lsx, lsy, lsz, lt0, lt1, lt2, lt3, lt4, lt5, lt6, lt7, lt8, lt9, lta, ltb, ltc, ltd, lte, ltf;
        long ltg, lth, lti, ltj, ltk, ltl, ltm, ltn, lto, ltp, ltq, ltr, lts, ltt, ltu, ltv, ltw, ltx, lty, ltz;
        long lu0, lu1, lu2, lu3, lu4, lu5, lu6, lu7, lu8, lu9, lua, lub, luc, lud, lue, luf, lug, luh, lui, luj;
        long luk, lul, lum, lun, luo, lup, luq, lur, lus, lut, luu, luv, luw, lux, luy, luz, lv0, lv1, lv2, lv3;
        long lv4, lv5, lv6, lv7, lv8, lv9, lva, lvb, lvc, lvd, lve, lvf, lvg, lvh, lvi, lvj, lvk, lvl, lvm, lvn;
        long lvo, lvp, lvq, lvr, lvs, lvt, lvu, lvv, lvw, lvx, lvy, lvz;
        int[] none = nothing;
        if (none != null) {
            // as above, and so much code that it is not inlined
            none[0] = 0;
            none[1] = 0;
            none[2] = 0;
            none[3] = 0;
            none[4] = 0;
            none[5] = 0;
            none[6] = 0;
            none[7] = 0;
            none[8] = 0;
            none[9] = 0;
            none[10] = 0;
            none[11] = 0;
            none[12] = 0;
            none[13] = 0;
            none[14] = 0;
            none[15] = 0;
            none[16] = 0;
            none[17] = 0;
            none[18] = 0;
            none[19] = 0;
            none[20] = 0;
            none[21] = 0;
            none[22] = 0;
            none[23] = 0;
            none[24] = 0;
            none[25] = 0;
            none[26] = 0;
            none[27] = 0;
            none[28] = 0;
            none[29] = 0;
            none[30] = 0;
            none[31] = 0;
            none[32] = 0;
            none[33] = 0;
            none[34] = 0;
            none[35] = 0;
            none[36] = 0;
            none[37] = 0;
            none[38] = 0;
            none[39] = 0;
            none[40] = 0;
            none[41] = 0;
            none[42] = 0;
            none[43] = 0;
            none[44] = 0;
            none[45] = 0;
            none[46] = 0;
            none[47] = 0;
        }
    }

    /**
     * Returns if there is stack for lending a worker without the lock or by rotation, and for its return, if only
     * {@linkplain #forLockApart late}: {@value #CHECKOUT} bytes. It costs only the writes: the array has to be read
     * anyway, and compiled code returns to the interpreter there if the array is null. Any thread; does not block and
     * has no side effect.
     *
     * @param table an array whose length the compiler can't know, or else the read is removed
     * @return its length
     * @throws StackOverflowError if there is less
     * @throws NullPointerException if the array is null
     */
    @SuppressWarnings("unused") // the variables are the purpose of this method
    public static int forCheckoutOn(@Nullable Object[] table) {
        long l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l0a, l0b, l0c, l0d, l0e, l0f, l0g, l0h, l0i, l0j;
        long l0k, l0l, l0m, l0n, l0o, l0p, l0q, l0r, l0s, l0t, l0u, l0v, l0w, l0x, l0y, l0z, l10, l11, l12, l13;
        long l14, l15, l16, l17, l18, l19, l1a, l1b, l1c, l1d, l1e, l1f, l1g, l1h, l1i, l1j, l1k, l1l, l1m, l1n;
        long l1o, l1p, l1q, l1r, l1s, l1t, l1u, l1v, l1w, l1x, l1y, l1z, l20, l21, l22, l23, l24, l25, l26, l27;
        long l28, l29, l2a, l2b, l2c, l2d, l2e, l2f, l2g, l2h, l2i, l2j, l2k, l2l, l2m, l2n, l2o, l2p, l2q, l2r;
        long l2s, l2t, l2u, l2v, l2w, l2x, l2y, l2z, l30, l31, l32, l33, l34, l35, l36, l37, l38, l39, l3a, l3b;
        long l3c, l3d, l3e, l3f, l3g, l3h, l3i, l3j, l3k, l3l, l3m, l3n, l3o, l3p, l3q, l3r, l3s, l3t, l3u, l3v;
        long l3w, l3x, l3y, l3z, l40, l41, l42, l43, l44, l45, l46, l47, l48, l49, l4a, l4b, l4c, l4d, l4e, l4f;
        long l4g, l4h, l4i, l4j, l4k, l4l, l4m, l4n, l4o, l4p, l4q, l4r, l4s, l4t, l4u, l4v, l4w, l4x, l4y, l4z;
        long l50, l51, l52, l53, l54, l55, l56, l57, l58, l59, l5a, l5b, l5c, l5d, l5e, l5f, l5g, l5h, l5i, l5j;
        long l5k, l5l, l5m, l5n, l5o, l5p, l5q, l5r, l5s, l5t, l5u, l5v, l5w, l5x, l5y, l5z, l60, l61, l62, l63;
        long l64, l65, l66, l67, l68, l69, l6a, l6b, l6c, l6d, l6e, l6f, l6g, l6h, l6i, l6j, l6k, l6l, l6m, l6n;
        long l6o, l6p, l6q, l6r, l6s, l6t, l6u, l6v, l6w, l6x, l6y, l6z, l70, l71, l72, l73, l74, l75, l76, l77;
        long l78, l79, l7a, l7b, l7c, l7d, l7e, l7f, l7g, l7h, l7i, l7j, l7k, l7l, l7m, l7n, l7o, l7p, l7q, l7r;
        long l7s, l7t, l7u, l7v, l7w, l7x, l7y, l7z, l80, l81, l82, l83, l84, l85, l86, l87, l88, l89, l8a, l8b;
        long l8c, l8d, l8e, l8f, l8g, l8h, l8i, l8j, l8k, l8l, l8m, l8n, l8o, l8p, l8q, l8r, l8s, l8t, l8u, l8v;
        long l8w, l8x, l8y, l8z, l90, l91, l92, l93, l94, l95, l96, l97, l98, l99, l9a, l9b, l9c, l9d, l9e, l9f;
        long l9g, l9h, l9i, l9j, l9k, l9l, l9m, l9n, l9o, l9p, l9q, l9r, l9s, l9t, l9u, l9v, l9w, l9x, l9y, l9z;
        long la0, la1, la2, la3, la4, la5, la6, la7, la8, la9, laa, lab, lac, lad, lae, laf, lag, lah, lai, laj;
        long lak, lal, lam, lan, lao, lap, laq, lar, las, lat, lau, lav, law, lax, lay, laz, lb0, lb1, lb2, lb3;
        long lb4, lb5, lb6, lb7, lb8, lb9, lba, lbb, lbc, lbd, lbe, lbf, lbg, lbh, lbi, lbj, lbk, lbl, lbm, lbn;
        long lbo, lbp, lbq, lbr, lbs, lbt, lbu, lbv, lbw, lbx, lby, lbz, lc0, lc1, lc2, lc3, lc4, lc5, lc6, lc7;
        long lc8, lc9, lca, lcb, lcc, lcd, lce, lcf, lcg, lch, lci, lcj, lck, lcl, lcm, lcn, lco, lcp, lcq, lcr;
        long lcs, lct, lcu, lcv, lcw, lcx, lcy, lcz, ld0, ld1, ld2, ld3, ld4, ld5, ld6, ld7, ld8, ld9, lda, ldb;
        long ldc, ldd, lde, ldf, ldg, ldh, ldi, ldj, ldk, ldl, ldm, ldn, ldo, ldp, ldq, ldr, lds, ldt, ldu, ldv;
        long ldw, ldx, ldy, ldz, le0, le1, le2, le3, le4, le5, le6, le7, le8, le9, lea, leb, lec, led, lee, lef;
        long leg, leh, lei, lej, lek, lel, lem, len, leo, lep, leq, ler, les, let, leu, lev, lew, lex, ley, lez;
        long lf0, lf1, lf2, lf3, lf4, lf5, lf6, lf7, lf8, lf9, lfa, lfb, lfc, lfd, lfe, lff, lfg, lfh, lfi, lfj;
        long lfk, lfl, lfm, lfn, lfo, lfp, lfq, lfr, lfs, lft, lfu, lfv, lfw, lfx, lfy, lfz, lg0, lg1, lg2, lg3;
        long lg4, lg5, lg6, lg7, lg8, lg9, lga, lgb, lgc, lgd, lge, lgf, lgg, lgh, lgi, lgj, lgk, lgl, lgm, lgn;
        long lgo, lgp, lgq, lgr, lgs, lgt, lgu, lgv, lgw, lgx, lgy, lgz, lh0, lh1, lh2, lh3, lh4, lh5, lh6, lh7;
        long lh8, lh9, lha, lhb, lhc, lhd, lhe, lhf, lhg, lhh, lhi, lhj, lhk, lhl, lhm, lhn, lho, lhp, lhq, lhr;
        long lhs, lht, lhu, lhv, lhw, lhx, lhy, lhz, li0, li1, li2, li3, li4, li5, li6, li7, li8, li9, lia, lib;
        long lic, lid, lie, lif, lig, lih, lii, lij, lik, lil, lim, lin, lio, lip, liq, lir, lis, lit, liu, liv;
        long liw, lix, liy, liz, lj0, lj1, lj2, lj3, lj4, lj5, lj6, lj7, lj8, lj9, lja, ljb, ljc, ljd, lje, ljf;
        long ljg, ljh, lji, ljj, ljk, ljl, ljm, ljn, ljo, ljp, ljq, ljr, ljs, ljt, lju, ljv, ljw, ljx, ljy, ljz;
        long lk0, lk1, lk2, lk3, lk4, lk5, lk6, lk7, lk8, lk9, lka, lkb, lkc, lkd, lke, lkf, lkg, lkh, lki, lkj;
        long lkk, lkl, lkm, lkn, lko, lkp, lkq, lkr, lks, lkt, lku, lkv, lkw, lkx, lky, lkz, ll0, ll1, ll2, ll3;
        long ll4, ll5, ll6, ll7, ll8, ll9, lla, llb;
        return table.length;
    }
}
