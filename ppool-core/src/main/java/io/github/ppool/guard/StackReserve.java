package io.github.ppool.guard;

import org.jspecify.annotations.Nullable;

/**
 * Makes sure that the calling thread has stack left for what the library does next. A {@link StackOverflowError} between two steps that
 * belong together would leave the first one done and the second one not: a lock held, a worker in nobody's hands, a wake-up lost. The
 * error comes here instead, before the first step, and nothing has happened.
 *
 * <p>The JDK reserves stack for its own classes with an annotation that only they may use. What serves everybody
 * else: HotSpot checks a method's whole interpreter frame when it enters the method. The interpreter does so because
 * it needs that frame; compiled code does so because it may have to fall back to the interpreter, and a fall-back
 * must not overflow. {@link #ensure} therefore declares 1,024 local variables of eight bytes, in two slots each, and
 * uses none of them. Compiled code pays for the check with a write to each of four more pages of the stack, and a
 * caller into which {@code ensure} is inlined pays once, at its own entry: about a nanosecond (ADR 18).
 *
 * <p>Within {@link #BYTES} below the caller of {@code ensure} no method of the library overflows, provided that its classes are loaded:
 * loading a class may need more.
 *
 * <p>The branch at the end is never taken and stores into an array, since an array's index may be wrong: so each compiler keeps a way back to the
 * interpreter within this method, wherever it is inlined. Without one, the first compiler (C1 without profiles) forgets the frame.
 */
public final class StackReserve {

    /** How much stack there is for sure once {@link #ensure} has returned. */
    public static final int BYTES = 1_024 * 2 * 8;

    private static int @Nullable [] nothing; // and always will be, but the compilers don't know

    private StackReserve() {}

    /**
     * Returns if the calling thread has {@link #BYTES} of stack left. Any thread; does not block and changes nothing.
     *
     * @throws StackOverflowError if there is less
     */
    @SuppressWarnings("unused") // the variables are what this method is for
    public static void ensure() {
        long l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, la, lb, lc, ld, le, lf, l10, l11, l12, l13;
        long l14, l15, l16, l17, l18, l19, l1a, l1b, l1c, l1d, l1e, l1f, l20, l21, l22, l23, l24, l25, l26, l27;
        long l28, l29, l2a, l2b, l2c, l2d, l2e, l2f, l30, l31, l32, l33, l34, l35, l36, l37, l38, l39, l3a, l3b;
        long l3c, l3d, l3e, l3f, l40, l41, l42, l43, l44, l45, l46, l47, l48, l49, l4a, l4b, l4c, l4d, l4e, l4f;
        long l50, l51, l52, l53, l54, l55, l56, l57, l58, l59, l5a, l5b, l5c, l5d, l5e, l5f, l60, l61, l62, l63;
        long l64, l65, l66, l67, l68, l69, l6a, l6b, l6c, l6d, l6e, l6f, l70, l71, l72, l73, l74, l75, l76, l77;
        long l78, l79, l7a, l7b, l7c, l7d, l7e, l7f, l80, l81, l82, l83, l84, l85, l86, l87, l88, l89, l8a, l8b;
        long l8c, l8d, l8e, l8f, l90, l91, l92, l93, l94, l95, l96, l97, l98, l99, l9a, l9b, l9c, l9d, l9e, l9f;
        long la0, la1, la2, la3, la4, la5, la6, la7, la8, la9, laa, lab, lac, lad, lae, laf, lb0, lb1, lb2, lb3;
        long lb4, lb5, lb6, lb7, lb8, lb9, lba, lbb, lbc, lbd, lbe, lbf, lc0, lc1, lc2, lc3, lc4, lc5, lc6, lc7;
        long lc8, lc9, lca, lcb, lcc, lcd, lce, lcf, ld0, ld1, ld2, ld3, ld4, ld5, ld6, ld7, ld8, ld9, lda, ldb;
        long ldc, ldd, lde, ldf, le0, le1, le2, le3, le4, le5, le6, le7, le8, le9, lea, leb, lec, led, lee, lef;
        long lf0, lf1, lf2, lf3, lf4, lf5, lf6, lf7, lf8, lf9, lfa, lfb, lfc, lfd, lfe, lff, l100, l101, l102, l103;
        long l104, l105, l106, l107, l108, l109, l10a, l10b, l10c, l10d, l10e, l10f, l110, l111, l112, l113, l114, l115,
                l116, l117;
        long l118, l119, l11a, l11b, l11c, l11d, l11e, l11f, l120, l121, l122, l123, l124, l125, l126, l127, l128, l129,
                l12a, l12b;
        long l12c, l12d, l12e, l12f, l130, l131, l132, l133, l134, l135, l136, l137, l138, l139, l13a, l13b, l13c, l13d,
                l13e, l13f;
        long l140, l141, l142, l143, l144, l145, l146, l147, l148, l149, l14a, l14b, l14c, l14d, l14e, l14f, l150, l151,
                l152, l153;
        long l154, l155, l156, l157, l158, l159, l15a, l15b, l15c, l15d, l15e, l15f, l160, l161, l162, l163, l164, l165,
                l166, l167;
        long l168, l169, l16a, l16b, l16c, l16d, l16e, l16f, l170, l171, l172, l173, l174, l175, l176, l177, l178, l179,
                l17a, l17b;
        long l17c, l17d, l17e, l17f, l180, l181, l182, l183, l184, l185, l186, l187, l188, l189, l18a, l18b, l18c, l18d,
                l18e, l18f;
        long l190, l191, l192, l193, l194, l195, l196, l197, l198, l199, l19a, l19b, l19c, l19d, l19e, l19f, l1a0, l1a1,
                l1a2, l1a3;
        long l1a4, l1a5, l1a6, l1a7, l1a8, l1a9, l1aa, l1ab, l1ac, l1ad, l1ae, l1af, l1b0, l1b1, l1b2, l1b3, l1b4, l1b5,
                l1b6, l1b7;
        long l1b8, l1b9, l1ba, l1bb, l1bc, l1bd, l1be, l1bf, l1c0, l1c1, l1c2, l1c3, l1c4, l1c5, l1c6, l1c7, l1c8, l1c9,
                l1ca, l1cb;
        long l1cc, l1cd, l1ce, l1cf, l1d0, l1d1, l1d2, l1d3, l1d4, l1d5, l1d6, l1d7, l1d8, l1d9, l1da, l1db, l1dc, l1dd,
                l1de, l1df;
        long l1e0, l1e1, l1e2, l1e3, l1e4, l1e5, l1e6, l1e7, l1e8, l1e9, l1ea, l1eb, l1ec, l1ed, l1ee, l1ef, l1f0, l1f1,
                l1f2, l1f3;
        long l1f4, l1f5, l1f6, l1f7, l1f8, l1f9, l1fa, l1fb, l1fc, l1fd, l1fe, l1ff, l200, l201, l202, l203, l204, l205,
                l206, l207;
        long l208, l209, l20a, l20b, l20c, l20d, l20e, l20f, l210, l211, l212, l213, l214, l215, l216, l217, l218, l219,
                l21a, l21b;
        long l21c, l21d, l21e, l21f, l220, l221, l222, l223, l224, l225, l226, l227, l228, l229, l22a, l22b, l22c, l22d,
                l22e, l22f;
        long l230, l231, l232, l233, l234, l235, l236, l237, l238, l239, l23a, l23b, l23c, l23d, l23e, l23f, l240, l241,
                l242, l243;
        long l244, l245, l246, l247, l248, l249, l24a, l24b, l24c, l24d, l24e, l24f, l250, l251, l252, l253, l254, l255,
                l256, l257;
        long l258, l259, l25a, l25b, l25c, l25d, l25e, l25f, l260, l261, l262, l263, l264, l265, l266, l267, l268, l269,
                l26a, l26b;
        long l26c, l26d, l26e, l26f, l270, l271, l272, l273, l274, l275, l276, l277, l278, l279, l27a, l27b, l27c, l27d,
                l27e, l27f;
        long l280, l281, l282, l283, l284, l285, l286, l287, l288, l289, l28a, l28b, l28c, l28d, l28e, l28f, l290, l291,
                l292, l293;
        long l294, l295, l296, l297, l298, l299, l29a, l29b, l29c, l29d, l29e, l29f, l2a0, l2a1, l2a2, l2a3, l2a4, l2a5,
                l2a6, l2a7;
        long l2a8, l2a9, l2aa, l2ab, l2ac, l2ad, l2ae, l2af, l2b0, l2b1, l2b2, l2b3, l2b4, l2b5, l2b6, l2b7, l2b8, l2b9,
                l2ba, l2bb;
        long l2bc, l2bd, l2be, l2bf, l2c0, l2c1, l2c2, l2c3, l2c4, l2c5, l2c6, l2c7, l2c8, l2c9, l2ca, l2cb, l2cc, l2cd,
                l2ce, l2cf;
        long l2d0, l2d1, l2d2, l2d3, l2d4, l2d5, l2d6, l2d7, l2d8, l2d9, l2da, l2db, l2dc, l2dd, l2de, l2df, l2e0, l2e1,
                l2e2, l2e3;
        long l2e4, l2e5, l2e6, l2e7, l2e8, l2e9, l2ea, l2eb, l2ec, l2ed, l2ee, l2ef, l2f0, l2f1, l2f2, l2f3, l2f4, l2f5,
                l2f6, l2f7;
        long l2f8, l2f9, l2fa, l2fb, l2fc, l2fd, l2fe, l2ff, l300, l301, l302, l303, l304, l305, l306, l307, l308, l309,
                l30a, l30b;
        long l30c, l30d, l30e, l30f, l310, l311, l312, l313, l314, l315, l316, l317, l318, l319, l31a, l31b, l31c, l31d,
                l31e, l31f;
        long l320, l321, l322, l323, l324, l325, l326, l327, l328, l329, l32a, l32b, l32c, l32d, l32e, l32f, l330, l331,
                l332, l333;
        long l334, l335, l336, l337, l338, l339, l33a, l33b, l33c, l33d, l33e, l33f, l340, l341, l342, l343, l344, l345,
                l346, l347;
        long l348, l349, l34a, l34b, l34c, l34d, l34e, l34f, l350, l351, l352, l353, l354, l355, l356, l357, l358, l359,
                l35a, l35b;
        long l35c, l35d, l35e, l35f, l360, l361, l362, l363, l364, l365, l366, l367, l368, l369, l36a, l36b, l36c, l36d,
                l36e, l36f;
        long l370, l371, l372, l373, l374, l375, l376, l377, l378, l379, l37a, l37b, l37c, l37d, l37e, l37f, l380, l381,
                l382, l383;
        long l384, l385, l386, l387, l388, l389, l38a, l38b, l38c, l38d, l38e, l38f, l390, l391, l392, l393, l394, l395,
                l396, l397;
        long l398, l399, l39a, l39b, l39c, l39d, l39e, l39f, l3a0, l3a1, l3a2, l3a3, l3a4, l3a5, l3a6, l3a7, l3a8, l3a9,
                l3aa, l3ab;
        long l3ac, l3ad, l3ae, l3af, l3b0, l3b1, l3b2, l3b3, l3b4, l3b5, l3b6, l3b7, l3b8, l3b9, l3ba, l3bb, l3bc, l3bd,
                l3be, l3bf;
        long l3c0, l3c1, l3c2, l3c3, l3c4, l3c5, l3c6, l3c7, l3c8, l3c9, l3ca, l3cb, l3cc, l3cd, l3ce, l3cf, l3d0, l3d1,
                l3d2, l3d3;
        long l3d4, l3d5, l3d6, l3d7, l3d8, l3d9, l3da, l3db, l3dc, l3dd, l3de, l3df, l3e0, l3e1, l3e2, l3e3, l3e4, l3e5,
                l3e6, l3e7;
        long l3e8, l3e9, l3ea, l3eb, l3ec, l3ed, l3ee, l3ef, l3f0, l3f1, l3f2, l3f3, l3f4, l3f5, l3f6, l3f7, l3f8, l3f9,
                l3fa, l3fb;
        long l3fc, l3fd, l3fe, l3ff;
        int[] none = nothing;
        if (none != null) {
            none[0] = 0; // compiled code returns to the interpreter here, and so provides for the frame: C1 if the index is wrong
        }
    }
}
