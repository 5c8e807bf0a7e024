SET control.listen = '[::]:9898';
