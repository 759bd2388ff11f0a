window.probeScript = typeof onUiLoaded;
