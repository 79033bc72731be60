from . import test_architecture
