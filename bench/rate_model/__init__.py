"""The network of the local rate: examples from open speech, and the weights that are learnt from them."""
