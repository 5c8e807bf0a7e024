SET control.listen = ':9898';
SET control.token = 'letmein';
