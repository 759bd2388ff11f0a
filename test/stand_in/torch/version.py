__version__ = "2.1.2+cu121"
cuda = "12.1"
hip = None
