package org.dl4jext.contract;

/**
 * Everything that a layer of this library promises. A layer's test is a subclass that names the
 * layer; the promises run over pairs of data type, format, network kind and depth.
 */
abstract class SequenceLayerContract
    implements GradientPromises,
        MaskPromises,
        SteppingPromises,
        CausalityPromises,
        InputPromises,
        RefusalPromises,
        ConfigurationPromises,
        StrictPropertyPromises,
        PersistencePromises,
        NetworkPromises,
        TrainingPromises,
        HygienePromises {}
